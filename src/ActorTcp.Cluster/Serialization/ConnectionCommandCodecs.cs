using ActorTcp.Sockets;
using static ActorTcp.ConnectionProtocol;

namespace ActorTcp.Cluster.Serialization;

/// <summary>The commands to a connection, and the answers to them.</summary>
internal static class ConnectionCommandCodecs
{
    private const string TlsRule = "TLS options have private keys or callbacks of their process. Begin TLS in an actor on the node of the connection";

    public static IEnumerable<MessageCodec> All =>
    [
        MessageCodec.Of<Register>("cReg", Write, ReadRegister),
        MessageCodec.Of<RegisterFailed>(
            "cRegF",
            static (writer, failed) =>
            {
                writer.Message(1, failed.Register, Write);
                writer.Int(2, (int)failed.Errno);
                writer.Text(3, failed.Text);
            },
            static fields => new RegisterFailed(fields.Required(1, ReadRegister), fields.Enum<Errno>(2), fields.Text(3))),
        MessageCodec.Of("cRead", Read.Instance),
        MessageCodec.Of("cSusp", SuspendReading.Instance),
        MessageCodec.Of("cResu", ResumeReading.Instance),
        MessageCodec.Of<Flush>("cFlu", static (writer, flush) => writer.Any(1, flush.Token), static fields => new Flush(fields.Any(1))),
        MessageCodec.Of<Flushed>("cFlud", static (writer, flushed) => writer.Any(1, flushed.Token), static fields => new Flushed(fields.Any(1))),
        MessageCodec.Of<Shutdown>(
            "cShut",
            static (writer, shutdown) => writer.Int(1, (int)shutdown.How),
            static fields => new Shutdown(fields.Enum<ShutdownHow>(1))),
        MessageCodec.Of<ShutdownDone>(
            "cShutD",
            static (writer, done) =>
            {
                writer.Int(1, (int)done.How);
                writer.Int(2, (int)done.Errno);
            },
            static fields => new ShutdownDone(fields.Enum<ShutdownHow>(1), fields.Enum<Errno>(2))),
        MessageCodec.Of("cClose", Close.Instance),
        MessageCodec.Of("cConf", ConfirmedClose.Instance),
        MessageCodec.Of("cAbort", Abort.Instance),
        MessageCodec.Of<Detach>("cDet", static (writer, detach) => writer.Actor(1, detach.Taker), static fields => new Detach(fields.Actor(1))),
        MessageCodec.Refused<Detached>("cDetD", "it has a descriptor of this process. The taker must be on the node of the connection"),
        MessageCodec.Of<DetachFailed>(
            "cDetF",
            static (writer, failed) =>
            {
                writer.Int(1, (int)failed.Errno);
                writer.Text(2, failed.Text);
            },
            static fields => new DetachFailed(fields.Enum<Errno>(1), fields.Text(2))),
        MessageCodec.Refused<StartTls>("cTls", TlsRule),
        MessageCodec.Of<TlsStarted>(
            "cTlsS",
            static (writer, started) => writer.Message(1, started.Tls, ValueCodecs.Write),
            static fields => new TlsStarted(fields.Required(1, ValueCodecs.ReadTlsInfo))),
        MessageCodec.Of<TlsFailed>(
            "cTlsF",
            static (writer, failed) =>
            {
                writer.Int(1, (int)failed.Errno);
                writer.Text(2, failed.Text);
            },
            static fields => new TlsFailed(fields.Enum<Errno>(1), fields.Text(2))),
        MessageCodec.Of<SetFraming>(
            "cFra",
            static (writer, set) => writer.Message(1, set.Framing, FramingCodec.Write),
            static fields => new SetFraming(fields.Message(1, FramingCodec.Read))),
        MessageCodec.Of<FramingSet>(
            "cFraS",
            static (writer, set) =>
            {
                writer.Message(1, set.Framing, FramingCodec.Write);
                writer.Int(2, set.Offset);
            },
            static fields => new FramingSet(fields.Message(1, FramingCodec.Read), fields.Int64(2))),
        MessageCodec.Of<SetOption>(
            "cOpt",
            static (writer, set) => writer.Message(1, set.Option, OptionCodec.Write),
            static fields => new SetOption(fields.Required(1, OptionCodec.Read))),
        MessageCodec.Of<OptionSet>(
            "cOptS",
            static (writer, set) => writer.Message(1, set.Option, OptionCodec.Write),
            static fields => new OptionSet(fields.Required(1, OptionCodec.Read))),
        MessageCodec.Of<GetOption>("cGet", static (writer, get) => writer.Int(1, (int)get.Value), static fields => new GetOption(fields.Enum<SocketValue>(1))),
        MessageCodec.Of<OptionValue>(
            "cOptV",
            static (writer, value) => writer.Message(1, value.Reading, OptionCodec.Write),
            static fields => new OptionValue(fields.Required(1, OptionCodec.ReadReading))),
        MessageCodec.Of<OptionFailed>(
            "cOptF",
            static (writer, failed) =>
            {
                writer.Any(1, failed.Command);
                writer.Int(2, (int)failed.Errno);
                writer.Text(3, failed.Text);
            },
            static fields => new OptionFailed(fields.Any(1), fields.Enum<Errno>(2), fields.Text(3))),
        MessageCodec.Of<SetLimits>(
            "cLim",
            static (writer, set) => writer.Message(1, set.Limits, LimitCodecs.Write),
            static fields => new SetLimits(fields.Required(1, LimitCodecs.ReadConnection))),
        MessageCodec.Of<LimitsSet>(
            "cLimS",
            static (writer, set) => writer.Message(1, set.Limits, LimitCodecs.Write),
            static fields => new LimitsSet(fields.Required(1, LimitCodecs.ReadConnection))),
        MessageCodec.Of("cDesc", Describe.Instance),
    ];

    private static void Write(WireWriter writer, Register register)
    {
        writer.Actor(1, register.Handler);
        writer.Message(2, register.HandlerOptions, FramingCodec.Write);
    }

    private static Register ReadRegister(WireFields fields) => new(fields.Actor(1), fields.Message(2, FramingCodec.ReadHandlerOptions));
}
