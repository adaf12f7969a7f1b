using ActorTcp.Sockets;
using static ActorTcp.ConnectorProtocol;

namespace ActorTcp.Cluster.Serialization;

/// <summary>The messages to and from a connector, and those of adopted sockets.</summary>
internal static class ConnectorCodecs
{
    private const string AdoptRule = "it has a descriptor of this process. Adopt the socket on the node that has it";

    public static IEnumerable<MessageCodec> All =>
    [
        MessageCodec.Of<Connect>("kConn", Write, ReadConnect),
        MessageCodec.Of("kClose", Close.Instance),
        MessageCodec.Of("kAbort", Abort.Instance),
        MessageCodec.Of("kDesc", Describe.Instance),
        MessageCodec.Of<Started>(
            "kStart",
            static (writer, started) =>
            {
                writer.Actor(1, started.Connector);
                writer.Text(2, started.Host);
                writer.Int(3, started.Port);
            },
            static fields => new Started(fields.Actor(1), fields.Text(2), fields.Int32(3))),
        MessageCodec.Of<Connected>(
            "kConnd",
            static (writer, connected) =>
            {
                writer.Actor(1, connected.Connector);
                writer.Actor(2, connected.Connection);
                writer.Message(3, connected.RemoteAddress, ValueCodecs.Write);
                writer.Message(4, connected.LocalAddress, ValueCodecs.Write);
            },
            static fields => new Connected(
                fields.Actor(1),
                fields.Actor(2),
                fields.Required(3, ValueCodecs.ReadAddress),
                fields.Required(4, ValueCodecs.ReadAddress))),
        MessageCodec.Of<Disconnected>(
            "kDisc",
            static (writer, disconnected) =>
            {
                writer.Actor(1, disconnected.Connector);
                writer.Actor(2, disconnected.Connection);
                writer.Message(3, disconnected.Reason, ConnectionEventCodecs.Write);
            },
            static fields => new Disconnected(fields.Actor(1), fields.Actor(2), fields.Required(3, ConnectionEventCodecs.ReadClosed))),
        MessageCodec.Of<Reconnecting>(
            "kReco",
            static (writer, reconnecting) =>
            {
                writer.Actor(1, reconnecting.Connector);
                writer.Time(2, reconnecting.In);
                writer.Int(3, reconnecting.Attempt);
                writer.Int(4, (int)reconnecting.Errno);
                writer.Text(5, reconnecting.Text);
            },
            static fields => new Reconnecting(fields.Actor(1), fields.Time(2), fields.Int32(3), fields.Enum<Errno>(4), fields.Text(5))),
        MessageCodec.Of<ConnectFailed>(
            "kConnF",
            static (writer, failed) =>
            {
                writer.Actor(1, failed.Connector);
                writer.Text(2, failed.Host);
                writer.Int(3, failed.Port);
                writer.Int(4, (int)failed.Errno);
                writer.Text(5, failed.Text);
                writer.Messages(6, failed.Attempts, Write);
            },
            static fields => new ConnectFailed(
                fields.Actor(1),
                fields.Text(2),
                fields.Int32(3),
                fields.Enum<Errno>(4),
                fields.Text(5),
                fields.Messages(6, ReadAttempt))),
        MessageCodec.Of<FailedAttempt>("kAtt", Write, ReadAttempt),
        MessageCodec.Of<Closed>(
            "kClosed",
            static (writer, closed) =>
            {
                writer.Actor(1, closed.Connector);
                writer.Int(2, (int)closed.Reason);
                writer.Int(3, (int)closed.Errno);
                writer.Text(4, closed.Text);
            },
            static fields => new Closed(fields.Actor(1), fields.Enum<CloseReason>(2), fields.Enum<Errno>(3), fields.Text(4))),
        MessageCodec.Of<ConnectorDescription>("kDescd", Write, ReadDescription),
        MessageCodec.Refused<AdoptionProtocol.Adopt>("aAdopt", AdoptRule),
        MessageCodec.Of<AdoptionProtocol.Adopted>(
            "aAdopd",
            static (writer, adopted) =>
            {
                writer.Actor(1, adopted.Connection);
                writer.Message(2, adopted.RemoteAddress, ValueCodecs.Write);
                writer.Message(3, adopted.LocalAddress, ValueCodecs.Write);
            },
            static fields => new AdoptionProtocol.Adopted(
                fields.Actor(1),
                fields.Required(2, ValueCodecs.ReadAddress),
                fields.Required(3, ValueCodecs.ReadAddress))),
        MessageCodec.Refused<AdoptionProtocol.AdoptFailed>("aAdopF", AdoptRule),
    ];

    private static void Write(WireWriter writer, Connect connect)
    {
        if (connect.Tls is not null)
        {
            throw Codecs.NotSerializable(
                typeof(Connect),
                "TLS options have private keys or callbacks of their process. Send the command from an actor on the node of the connector, or set actortcp.connector.tls there");
        }

        if (connect.Awaiter is not null)
        {
            throw Codecs.NotSerializable(typeof(Connect), "it belongs to a task of this process (ConnectAsync)");
        }

        writer.Text(1, connect.Host);
        writer.Int(2, connect.Port);
        writer.Any(3, connect.Handler);
        writer.Message(4, connect.HandlerOptions, FramingCodec.Write);
        writer.Actor(5, connect.HandlerActor);
        writer.TimeOrNull(6, connect.Timeout);
        writer.TimeOrNull(7, connect.AttemptDelay);
        writer.IntOrNull(8, connect.QueueBytes);
        writer.Message(9, connect.Reconnect, SettingsCodecs.Write);
        writer.Message(10, connect.LocalAddress, ValueCodecs.Write);
        writer.FlagOrNull(11, connect.FastOpen);
        writer.Message(12, connect.ConnectionSettings, SettingsCodecs.Write);
        writer.Message(13, connect.ProxyHeader, ProxyCodec.Write);
        writer.FlagOrNull(14, connect.NotifyStarted);
    }

    private static Connect ReadConnect(WireFields fields) =>
        new(fields.Text(1), fields.Int32(2), ListenerCodecs.PropsOrNull(fields, 3), fields.Message(4, FramingCodec.ReadHandlerOptions))
        {
            HandlerActor = fields.ActorOrNull(5),
            Timeout = fields.TimeOrNull(6),
            AttemptDelay = fields.TimeOrNull(7),
            QueueBytes = fields.Int64OrNull(8),
            Reconnect = fields.Message(9, SettingsCodecs.ReadPolicy),
            LocalAddress = fields.Message(10, ValueCodecs.ReadAddress),
            FastOpen = fields.FlagOrNull(11),
            ConnectionSettings = fields.Message(12, SettingsCodecs.ReadConnection),
            ProxyHeader = fields.Message(13, ProxyCodec.Read),
            NotifyStarted = fields.FlagOrNull(14),
        };

    private static void Write(WireWriter writer, FailedAttempt attempt)
    {
        writer.Message(1, attempt.Address, ValueCodecs.Write);
        writer.Int(2, (int)attempt.Errno);
        writer.Text(3, attempt.Text);
    }

    private static FailedAttempt ReadAttempt(WireFields fields) =>
        new(fields.Required(1, ValueCodecs.ReadAddress), fields.Enum<Errno>(2), fields.Text(3));

    private static void Write(WireWriter writer, ConnectorDescription description)
    {
        writer.Actor(1, description.Connector);
        writer.Text(2, description.Host);
        writer.Int(3, description.Port);
        writer.Int(4, (int)description.Phase);
        writer.Actor(5, description.Connection);
        writer.Int(6, description.Attempt);
        writer.Int(7, description.Connections);
        writer.Int(8, description.BytesWaiting);
        writer.Int(9, description.SendsUnanswered);
    }

    private static ConnectorDescription ReadDescription(WireFields fields) => new(
        fields.Actor(1),
        fields.Text(2),
        fields.Int32(3),
        fields.Enum<ConnectorPhase>(4),
        fields.Actor(5),
        fields.Int32(6),
        fields.Int64(7),
        fields.Int64(8),
        fields.Int32(9));
}
