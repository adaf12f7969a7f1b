using ActorTcp.Sockets;
using static ActorTcp.ConnectionProtocol;

namespace ActorTcp.Cluster.Serialization;

/// <summary>The events of a connection, and its description.</summary>
internal static class ConnectionEventCodecs
{
    public static IEnumerable<MessageCodec> All =>
    [
        MessageCodec.Of<Connected>("eConn", Write, ReadConnected),
        MessageCodec.Of<Resumed>("eResu", Write, ReadResumed, resumed => resumed.Bytes.Length + 256),
        MessageCodec.Of<PeerEof>(
            "eEof",
            static (writer, eof) => writer.Bytes(1, eof.IncompleteFrame.Span),
            static fields => fields.Bytes(1) is { IsEmpty: false } incomplete ? new PeerEof(incomplete) : PeerEof.Instance),
        MessageCodec.Of<FrameFailed>(
            "eFraF",
            static (writer, failed) => writer.Message(1, failed.Error, ValueCodecs.Write),
            static fields => new FrameFailed(fields.Required(1, ValueCodecs.ReadFrameError))),
        MessageCodec.Of<Sent>("eSent", static (writer, sent) => writer.Any(1, sent.Token), static fields => new Sent(fields.Any(1))),
        MessageCodec.Of<SendFailed>(
            "eSendF",
            static (writer, failed) =>
            {
                writer.Any(1, failed.Token);
                writer.Int(2, (int)failed.Errno);
                writer.Text(3, failed.Text);
            },
            static fields => new SendFailed(fields.AnyOrNull(1), fields.Enum<Errno>(2), fields.Text(3))),
        MessageCodec.Of<QueueHigh>("eHigh", static (writer, high) => writer.Int(1, high.Bytes), static fields => new QueueHigh(fields.Int64(1))),
        MessageCodec.Of<QueueLow>("eLow", static (writer, low) => writer.Int(1, low.Bytes), static fields => new QueueLow(fields.Int64(1))),
        MessageCodec.Of<Closed>("eClosed", Write, ReadClosed),
        MessageCodec.Of<ConnectionDescription>("eDesc", Write, ReadDescription),
    ];

    public static void Write(WireWriter writer, Closed closed)
    {
        writer.Int(1, (int)closed.Reason);
        writer.Int(2, (int)closed.Errno);
        writer.Text(3, closed.Text);
        writer.Int(4, closed.UnsentBytes);
    }

    public static Closed ReadClosed(WireFields fields) =>
        new(fields.Enum<CloseReason>(1), fields.Enum<Errno>(2), fields.Text(3), fields.Int64(4));

    private static void Write(WireWriter writer, Connected connected)
    {
        writer.Actor(1, connected.Connection);
        writer.Message(2, connected.RemoteAddress, ValueCodecs.Write);
        writer.Message(3, connected.LocalAddress, ValueCodecs.Write);
        writer.Message(4, connected.Tls, ValueCodecs.Write);
        writer.Message(5, connected.PeerCredentials, ValueCodecs.Write);
        writer.Message(6, connected.ProxyHeader, ProxyCodec.Write);
        writer.Message(7, connected.ProxyAddress, ValueCodecs.Write);
    }

    private static Connected ReadConnected(WireFields fields)
    {
        var connection = fields.Actor(1);
        return new Connected(connection, fields.Required(2, ValueCodecs.ReadAddress), fields.Required(3, ValueCodecs.ReadAddress))
        {
            Tls = fields.Message(4, ValueCodecs.ReadTlsInfo),
            PeerCredentials = fields.Message(5, ValueCodecs.ReadCredentials),
            ProxyHeader = fields.Message(6, ProxyCodec.Read),
            ProxyAddress = fields.Message(7, ValueCodecs.ReadAddress),
        };
    }

    private static void Write(WireWriter writer, Resumed resumed)
    {
        writer.Actor(1, resumed.Connection);
        writer.Message(2, resumed.RemoteAddress, ValueCodecs.Write);
        writer.Message(3, resumed.LocalAddress, ValueCodecs.Write);
        writer.Int(4, resumed.Offset);
        writer.Bytes(5, resumed.Bytes.Span);
        writer.Messages(6, resumed.UnansweredSends, AnyCodec.Write);
        writer.Flag(7, resumed.ReceivedFailed);
        writer.Int(8, resumed.Number);
    }

    private static Resumed ReadResumed(WireFields fields) => new(
        fields.Actor(1),
        fields.Required(2, ValueCodecs.ReadAddress),
        fields.Required(3, ValueCodecs.ReadAddress),
        fields.Int64(4),
        fields.Bytes(5),
        fields.Messages(6, AnyCodec.Read))
    {
        ReceivedFailed = fields.Flag(7),
        Number = fields.Int32(8),
    };

    private static void Write(WireWriter writer, ConnectionDescription description)
    {
        writer.Actor(1, description.Connection);
        writer.Actor(2, description.Handler);
        writer.Message(3, description.LocalAddress, ValueCodecs.Write);
        writer.Message(4, description.RemoteAddress, ValueCodecs.Write);
        writer.Int(5, (int)description.Phase);
        writer.Int(6, (int)description.State);
        writer.Int(7, description.BytesIn);
        writer.Int(8, description.BytesOut);
        writer.Int(9, description.BytesQueued);
        writer.Int(10, description.BytesUnread);
        writer.Time(11, description.Age);
        writer.Time(12, description.RoundTrip);
        writer.Int(13, description.Retransmits);
        writer.Message(14, description.Tls, ValueCodecs.Write);
        writer.Message(15, description.PeerCredentials, ValueCodecs.Write);
        writer.Message(16, description.ProxyHeader, ProxyCodec.Write);
        writer.Message(17, description.ProxyAddress, ValueCodecs.Write);
    }

    private static ConnectionDescription ReadDescription(WireFields fields) => new(
        fields.Actor(1),
        fields.Actor(2),
        fields.Required(3, ValueCodecs.ReadAddress),
        fields.Required(4, ValueCodecs.ReadAddress),
        fields.Enum<ConnectionPhase>(5),
        fields.Enum<TcpState>(6),
        fields.Int64(7),
        fields.Int64(8),
        fields.Int64(9),
        fields.Int64(10),
        fields.Time(11),
        fields.Time(12),
        fields.Int32(13))
    {
        Tls = fields.Message(14, ValueCodecs.ReadTlsInfo),
        PeerCredentials = fields.Message(15, ValueCodecs.ReadCredentials),
        ProxyHeader = fields.Message(16, ProxyCodec.Read),
        ProxyAddress = fields.Message(17, ValueCodecs.ReadAddress),
    };
}
