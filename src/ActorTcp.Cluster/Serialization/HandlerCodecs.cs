using ActorTcp.Connections;

namespace ActorTcp.Cluster.Serialization;

/// <summary>From a <see cref="TcpHandler"/> to its connection.</summary>
internal static class HandlerCodecs
{
    public static IEnumerable<MessageCodec> All =>
    [
        MessageCodec.Of("hOn", HandlerAck.Enabled.Instance),
        MessageCodec.Of<HandlerAck.Refused>("hRef", static (writer, refused) => writer.Text(1, refused.Text), static fields => new HandlerAck.Refused(fields.Text(1))),
        MessageCodec.Of("hReady", HandlerAck.Ready.Instance),
        MessageCodec.Of("hEnd", HandlerAck.Ended.Instance),
        MessageCodec.Of<HandlerAck.Completed>(
            "hA",
            static (writer, completed) => writer.Int(1, completed.Resumed),
            static fields => fields.Int32(1) is var number and not 0 ? new HandlerAck.Completed(number) : HandlerAck.Completed.Instance,
            static _ => 8),
        MessageCodec.Of<HandlerAck.Resuming>(
            "hRes",
            static (writer, resuming) => writer.Int(1, resuming.Resumed),
            static fields => new HandlerAck.Resuming(fields.Int32(1))),
        MessageCodec.Of("hFail", HandlerAck.Failed.Instance),
        MessageCodec.Of<HandlerAck.Stopped>(
            "hStop",
            static (writer, stopped) => writer.Flag(1, stopped.Threw),
            static fields => new HandlerAck.Stopped(fields.Flag(1))),
        MessageCodec.Of<HandlerAck.Restarting>(
            "hRest",
            static (writer, restarting) => writer.Flag(1, restarting.InTheMiddle),
            static fields => new HandlerAck.Restarting(fields.Flag(1))),
    ];
}
