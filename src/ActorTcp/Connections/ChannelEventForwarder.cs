using ActorTcp.Memory;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Actor;

namespace ActorTcp.Connections;

/// <summary>
/// Sends the events of a channel to its actor, which processes them like any message: a <see cref="Received"/>, a <see cref="PendingAck"/>, and the
/// messages below.
/// </summary>
internal sealed class ChannelEventForwarder(IActorRef actor) : IChannelOwner
{
    public void OnReceived(in SlabSlice bytes) => actor.Tell(Received.Incoming(bytes), ActorRefs.NoSender);

    public void OnEndOfStream() => actor.Tell(EndOfStream.Instance, ActorRefs.NoSender);

    public void OnSent(object tag)
    {
        var pending = (PendingAck)tag;
        pending.IsSent = true;
        actor.Tell(pending, ActorRefs.NoSender);
    }

    public void OnQueueLow() => actor.Tell(QueueLow.Instance, ActorRefs.NoSender);

    public void OnFailed(Errno errno) => actor.Tell(new Failed(errno), ActorRefs.NoSender);

    public void OnReady() => actor.Tell(Ready.Instance, ActorRefs.NoSender);

    public void OnProtocolFailed(ProtocolFailure failure, string text) => actor.Tell(new ProtocolFailed(failure, text), ActorRefs.NoSender);

    /// <summary>The peer has ended its stream.</summary>
    internal sealed class EndOfStream : INoSerializationVerificationNeeded
    {
        public static readonly EndOfStream Instance = new();
    }

    /// <summary>The queue has fallen to the number of bytes that <see cref="IChannel.NotifyQueueLow"/> asked for.</summary>
    internal sealed class QueueLow : INoSerializationVerificationNeeded
    {
        public static readonly QueueLow Instance = new();
    }

    /// <summary>The handshake of the channel's own protocol has succeeded.</summary>
    internal sealed class Ready : INoSerializationVerificationNeeded
    {
        public static readonly Ready Instance = new();
    }

    /// <summary>The channel's own protocol has failed.</summary>
    internal sealed record ProtocolFailed(ProtocolFailure Failure, string Text) : INoSerializationVerificationNeeded;

    /// <summary>The channel has failed.</summary>
    internal sealed record Failed(Errno Errno) : INoSerializationVerificationNeeded;
}
