using System.Runtime.Serialization;
using ActorTcp.Sockets;

namespace ActorTcp.Cluster.Serialization;

/// <summary>Options of sockets, and values that were read from them.</summary>
internal static class OptionCodec
{
    private enum Kind
    {
        KeepAlive = 1,
        UserTimeout = 2,
        CongestionControl = 3,
        Dscp = 4,
        Mark = 5,
        QuickAck = 6,
        NotSentLowWater = 7,
        FastOpen = 8,
        NoDelay = 9,
        Linger = 10,
        Ttl = 11,
        ReuseAddr = 12,
        IPv6Only = 13,
        RecvBufferSize = 14,
        SendBufferSize = 15,
        Device = 16,
    }

    public static void Write(WireWriter writer, SocketOption option)
    {
        switch (option)
        {
            case SocketOption.KeepAlive alive:
                Begin(writer, Kind.KeepAlive, alive.Enable ? 1 : 0);
                writer.IntOrNull(3, alive.Idle);
                writer.IntOrNull(4, alive.Interval);
                writer.Int(5, alive.Count);
                break;
            case SocketOption.Linger linger:
                Begin(writer, Kind.Linger, linger.OnOff ? 1 : 0);
                writer.Int(3, linger.Time);
                break;
            case SocketOption.CongestionControl control:
                Begin(writer, Kind.CongestionControl, 0);
                writer.Text(6, control.Name);
                break;
            case SocketOption.Device device:
                Begin(writer, Kind.Device, 0);
                writer.Text(6, device.Name);
                break;
            default:
                var (kind, value) = NumberOf(option);
                Begin(writer, kind, value);
                break;
        }
    }

    public static SocketOption Read(WireFields fields)
    {
        var flag = fields.Flag(2);
        return fields.Enum<Kind>(1) switch
        {
            Kind.KeepAlive => new SocketOption.KeepAlive(flag, fields.Int32OrNull(3), fields.Int32OrNull(4), fields.Int32(5)),
            Kind.UserTimeout => new SocketOption.UserTimeout(fields.Int32(2)),
            Kind.CongestionControl => new SocketOption.CongestionControl(fields.Text(6)),
            Kind.Dscp => new SocketOption.Dscp(fields.Int32(2)),
            Kind.Mark => new SocketOption.Mark((uint)fields.InRange(2, 0, uint.MaxValue)),
            Kind.QuickAck => new SocketOption.QuickAck(flag),
            Kind.NotSentLowWater => new SocketOption.NotSentLowWater(fields.Int32(2)),
            Kind.FastOpen => new SocketOption.FastOpen(fields.Int32(2)),
            Kind.NoDelay => new SocketOption.NoDelay(flag),
            Kind.Linger => new SocketOption.Linger(flag, fields.Int32(3)),
            Kind.Ttl => new SocketOption.Ttl(fields.Int32(2)),
            Kind.ReuseAddr => new SocketOption.ReuseAddr(flag),
            Kind.IPv6Only => new SocketOption.IPv6Only(flag),
            Kind.RecvBufferSize => new SocketOption.RecvBufferSize(fields.Int32(2)),
            Kind.SendBufferSize => new SocketOption.SendBufferSize(fields.Int32(2)),
            Kind.Device => new SocketOption.Device(fields.TextOrNull(6)),
            var kind => throw new SerializationException($"The kind of a socket option is {(int)kind}; this version does not know it"),
        };
    }

    public static void Write(WireWriter writer, SocketReading reading)
    {
        writer.Int(1, (int)reading.Value);
        switch (reading.Value)
        {
            case SocketValue.State:
                writer.Int(2, (int)reading.State);
                break;
            case SocketValue.Error:
                writer.Int(2, (int)reading.Error);
                break;
            case SocketValue.SockName or SocketValue.PeerName:
                writer.Message(3, reading.Address, ValueCodecs.Write);
                break;
            case SocketValue.PeerCredentials:
                writer.Message(4, reading.Credentials, ValueCodecs.Write);
                break;
            default:
                writer.Int(2, reading.Bytes);
                break;
        }
    }

    public static SocketReading ReadReading(WireFields fields)
    {
        var value = fields.Enum<SocketValue>(1);
        return new SocketReading(value, value switch
        {
            SocketValue.State => fields.Enum<TcpState>(2),
            SocketValue.Error => fields.Enum<Errno>(2),
            SocketValue.SockName or SocketValue.PeerName => fields.Required(3, ValueCodecs.ReadAddress),
            SocketValue.PeerCredentials => fields.Required(4, ValueCodecs.ReadCredentials),
            SocketValue.Pending or SocketValue.RecvBufferSize or SocketValue.SendBufferSize => fields.Int32(2),
            _ => throw new SerializationException($"The kind of a value is {(int)value}; this version does not know it"),
        });
    }

    private static (Kind Kind, long Value) NumberOf(SocketOption option) => option switch
    {
        SocketOption.UserTimeout timeout => (Kind.UserTimeout, timeout.Time),
        SocketOption.Dscp dscp => (Kind.Dscp, dscp.CodePoint),
        SocketOption.Mark mark => (Kind.Mark, mark.Value),
        SocketOption.QuickAck quick => (Kind.QuickAck, quick.Enable ? 1 : 0),
        SocketOption.NotSentLowWater low => (Kind.NotSentLowWater, low.Bytes),
        SocketOption.FastOpen open => (Kind.FastOpen, open.Queue),
        SocketOption.NoDelay delay => (Kind.NoDelay, delay.Enable ? 1 : 0),
        SocketOption.Ttl ttl => (Kind.Ttl, ttl.TimeToLive),
        SocketOption.ReuseAddr reuse => (Kind.ReuseAddr, reuse.Enable ? 1 : 0),
        SocketOption.IPv6Only only => (Kind.IPv6Only, only.Enable ? 1 : 0),
        SocketOption.RecvBufferSize size => (Kind.RecvBufferSize, size.Size),
        SocketOption.SendBufferSize size => (Kind.SendBufferSize, size.Size),
        _ => throw Codecs.NotSerializable(option.GetType(), "it is not an option that users set"),
    };

    private static void Begin(WireWriter writer, Kind kind, long value)
    {
        writer.Int(1, (int)kind);
        writer.Int(2, value);
    }
}
