using System.Runtime.Serialization;
using ActorTcp.Sockets;
using Akka.Actor;
using static ActorTcp.ListenerProtocol;

namespace ActorTcp.Cluster.Serialization;

/// <summary>The messages to and from a listener.</summary>
internal static class ListenerCodecs
{
    internal const string TlsRule = "TLS options have private keys or callbacks of their process. Send the command from an actor on the node of the listener";

    public static IEnumerable<MessageCodec> All =>
    [
        MessageCodec.Of<Bind>("lBind", Write, ReadBind),
        MessageCodec.Of<Bound>(
            "lBound",
            static (writer, bound) =>
            {
                writer.Message(1, bound.LocalAddress, ValueCodecs.Write);
                writer.Actor(2, bound.Listener);
                writer.Messages(3, bound.LocalAddresses, ValueCodecs.Write);
            },
            static fields => new Bound(fields.Required(1, ValueCodecs.ReadAddress), fields.Actor(2)) { LocalAddresses = fields.Messages(3, ValueCodecs.ReadAddress) }),
        MessageCodec.Of<BindFailed>(
            "lBindF",
            static (writer, failed) =>
            {
                writer.Message(1, failed.Address, ValueCodecs.Write);
                writer.Int(2, (int)failed.Errno);
                writer.Text(3, failed.Text);
            },
            static fields => new BindFailed(fields.Required(1, ValueCodecs.ReadAddress), fields.Enum<Errno>(2), fields.Text(3))),
        MessageCodec.Of("lUnb", Unbind.Instance),
        MessageCodec.Of<Unbound>(
            "lUnbd",
            static (writer, unbound) => writer.Message(1, unbound.LocalAddress, ValueCodecs.Write),
            static fields => new Unbound(fields.Required(1, ValueCodecs.ReadAddress))),
        MessageCodec.Of<Drain>("lDra", static (writer, drain) => writer.Time(1, drain.Deadline), static fields => new Drain(fields.Time(1))),
        MessageCodec.Of<Drained>(
            "lDrad",
            static (writer, drained) =>
            {
                writer.Int(1, drained.Finished);
                writer.Int(2, drained.Closed);
                writer.Int(3, drained.Aborted);
            },
            static fields => new Drained(fields.Int32(1), fields.Int32(2), fields.Int32(3))),
        MessageCodec.Of("lPause", PauseAccepting.Instance),
        MessageCodec.Of("lResume", ResumeAccepting.Instance),
        MessageCodec.Of<SetPorts>("lPorts", static (writer, set) => writer.Int(1, set.Count), static fields => new SetPorts(fields.Int32(1))),
        MessageCodec.Of<PortsSet>("lPortsS", static (writer, set) => writer.Int(1, set.Count), static fields => new PortsSet(fields.Int32(1))),
        MessageCodec.Of<SetTls>("lTls", static (_, set) => RefuseTls<SetTls>(set.Options), static _ => new SetTls(null)),
        MessageCodec.Of<TlsSet>("lTlsS", static (_, set) => RefuseTls<TlsSet>(set.Options), static _ => new TlsSet(null)),
        MessageCodec.Of<SetLimits>(
            "lLim",
            static (writer, set) => writer.Message(1, set.Limits, LimitCodecs.Write),
            static fields => new SetLimits(fields.Required(1, LimitCodecs.ReadListener))),
        MessageCodec.Of<LimitsSet>(
            "lLimS",
            static (writer, set) => writer.Message(1, set.Limits, LimitCodecs.Write),
            static fields => new LimitsSet(fields.Required(1, LimitCodecs.ReadListener))),
        MessageCodec.Of<LimitReached>(
            "lLimR",
            static (writer, reached) =>
            {
                writer.Actor(1, reached.Listener);
                writer.Message(2, reached.Limits, LimitCodecs.Write);
                writer.Int(3, (int)reached.Reason);
                writer.Message(4, reached.RemoteAddress, ValueCodecs.Write);
            },
            static fields => new LimitReached(fields.Actor(1), fields.Required(2, LimitCodecs.ReadListener))
            {
                Reason = fields.Enum<RefuseReason>(3),
                RemoteAddress = fields.Message(4, ValueCodecs.ReadAddress),
            }),
        MessageCodec.Of<SetOption>(
            "lOpt",
            static (writer, set) => writer.Message(1, set.Option, OptionCodec.Write),
            static fields => new SetOption(fields.Required(1, OptionCodec.Read))),
        MessageCodec.Of<OptionSet>(
            "lOptS",
            static (writer, set) => writer.Message(1, set.Option, OptionCodec.Write),
            static fields => new OptionSet(fields.Required(1, OptionCodec.Read))),
        MessageCodec.Of<GetOption>("lGet", static (writer, get) => writer.Int(1, (int)get.Value), static fields => new GetOption(fields.Enum<SocketValue>(1))),
        MessageCodec.Of<OptionValue>(
            "lOptV",
            static (writer, value) => writer.Message(1, value.Reading, OptionCodec.Write),
            static fields => new OptionValue(fields.Required(1, OptionCodec.ReadReading))),
        MessageCodec.Of<CommandFailed>(
            "lFail",
            static (writer, failed) =>
            {
                writer.Any(1, failed.Command);
                writer.Int(2, (int)failed.Errno);
                writer.Text(3, failed.Text);
            },
            static fields => new CommandFailed(fields.Any(1), fields.Enum<Errno>(2), fields.Text(3))),
        MessageCodec.Of("lDesc", Describe.Instance),
        MessageCodec.Of<ListenerDescription>("lDescd", Write, ReadDescription),
        MessageCodec.Of<ConnectionClosed>(
            "lConnC",
            static (writer, closed) =>
            {
                writer.Actor(1, closed.Connection);
                writer.Message(2, closed.RemoteAddress, ValueCodecs.Write);
                writer.Message(3, closed.Closed, ConnectionEventCodecs.Write);
            },
            static fields => new ConnectionClosed(
                fields.Actor(1),
                fields.Required(2, ValueCodecs.ReadAddress),
                fields.Required(3, ConnectionEventCodecs.ReadClosed))),
        MessageCodec.Of<ConnectionAccepted>(
            "lConnA",
            static (writer, accepted) =>
            {
                writer.Actor(1, accepted.Connection);
                writer.Message(2, accepted.RemoteAddress, ValueCodecs.Write);
                writer.Message(3, accepted.LocalAddress, ValueCodecs.Write);
            },
            static fields => new ConnectionAccepted(
                fields.Actor(1),
                fields.Required(2, ValueCodecs.ReadAddress),
                fields.Required(3, ValueCodecs.ReadAddress))),
    ];

    private static void RefuseTls<T>(TlsOptions? options)
    {
        if (options is not null)
        {
            throw Codecs.NotSerializable(typeof(T), TlsRule);
        }
    }

    private static void Write(WireWriter writer, Bind bind)
    {
        RefuseTls<Bind>(bind.Tls);
        writer.Message(1, bind.Address, ValueCodecs.Write);
        writer.Text(2, bind.Host);
        writer.Text(3, bind.InheritedName);
        writer.Any(4, bind.Handler);
        writer.Message(5, bind.HandlerOptions, FramingCodec.Write);
        writer.Int(6, bind.Backlog);
        writer.Message(7, bind.Settings, SettingsCodecs.Write);
        writer.Message(8, bind.ConnectionSettings, SettingsCodecs.Write);
        writer.Text(9, bind.Device);
        writer.FlagOrNull(10, bind.IPv6Only);
        writer.FlagOrNull(11, bind.ReuseAddress);
        writer.Message(12, bind.ProxyProtocol, SettingsCodecs.Write);
        writer.IntOrNull(13, (int?)bind.UnixMode);
        writer.IntOrNull(14, bind.RecvBufferSize);
        writer.IntOrNull(15, bind.SendBufferSize);
    }

    private static Bind ReadBind(WireFields fields)
    {
        var handler = PropsOrNull(fields, 4);
        var options = fields.Message(5, FramingCodec.ReadHandlerOptions);
        var address = fields.Required(1, ValueCodecs.ReadAddress);
        var bind = fields.TextOrNull(3) is { } inherited ? Bind.Inherited(inherited, handler, options)
            : fields.TextOrNull(2) is { } host ? new Bind(host, address.Port, handler, options)
            : new Bind(address, handler, options);
        return bind with
        {
            Backlog = fields.Int32(6),
            Settings = fields.Message(7, SettingsCodecs.ReadListener),
            ConnectionSettings = fields.Message(8, SettingsCodecs.ReadConnection),
            Device = fields.TextOrNull(9),
            IPv6Only = fields.FlagOrNull(10),
            ReuseAddress = fields.FlagOrNull(11),
            ProxyProtocol = fields.Message(12, SettingsCodecs.ReadProxyProtocol),
            UnixMode = (UnixFileMode?)fields.Int32OrNull(13),
            RecvBufferSize = fields.Int64OrNull(14),
            SendBufferSize = fields.Int64OrNull(15),
        };
    }

    /// <summary>Props are written as Akka writes them: the class and the arguments of its constructor.</summary>
    public static Props? PropsOrNull(WireFields fields, int field) => fields.AnyOrNull(field) switch
    {
        null => null,
        Props props => props,
        var other => throw new SerializationException($"Field {field} is {other.GetType()}; it must be Props"),
    };

    private static void Write(WireWriter writer, ListenerDescription description)
    {
        writer.Actor(1, description.Listener);
        writer.Message(2, description.LocalAddress, ValueCodecs.Write);
        writer.Int(3, description.Ports);
        writer.Int(4, (int)description.Phase);
        writer.Flag(5, description.Accepting);
        writer.Int(6, description.Accepted);
        writer.Int(7, description.Refused);
        writer.Message(8, description.Limits, LimitCodecs.Write);
        foreach (var connection in description.Connections)
        {
            writer.Actor(9, connection);
        }

        writer.Flag(10, description.IsExhausted);
        writer.Messages(11, description.LocalAddresses, ValueCodecs.Write);
        writer.Text(12, description.InheritedName);
        writer.Int(13, description.Backlog);
        writer.Text(14, description.Device);
        writer.Int(15, description.RecvBufferSize);
        writer.Int(16, description.SendBufferSize);
        writer.Messages(17, description.RefusedByReason.Select(pair => new Refusals(pair.Key, pair.Value)), Write);
        writer.Int(18, description.Addresses);
    }

    private static ListenerDescription ReadDescription(WireFields fields)
    {
        var refused = new Dictionary<RefuseReason, long>();
        foreach (var (reason, count) in fields.Messages(17, static inner => new Refusals(inner.Enum<RefuseReason>(1), inner.Int64(2))))
        {
            refused[reason] = count;
        }

        return new ListenerDescription(
            fields.Actor(1),
            fields.Required(2, ValueCodecs.ReadAddress),
            fields.Int32(3),
            fields.Enum<ListenerPhase>(4),
            fields.Flag(5),
            fields.Int64(6),
            fields.Int64(7),
            fields.Required(8, LimitCodecs.ReadListener),
            fields.Actors(9))
        {
            IsExhausted = fields.Flag(10),
            LocalAddresses = fields.Messages(11, ValueCodecs.ReadAddress),
            InheritedName = fields.TextOrNull(12),
            Backlog = fields.Int32(13),
            Device = fields.TextOrNull(14),
            RecvBufferSize = fields.Int32(15),
            SendBufferSize = fields.Int32(16),
            RefusedByReason = refused,
            Addresses = fields.Int32(18),
        };
    }

    private static void Write(WireWriter writer, Refusals refusals)
    {
        writer.Int(1, (int)refusals.Reason);
        writer.Int(2, refusals.Count);
    }

    private sealed record Refusals(RefuseReason Reason, long Count);
}
