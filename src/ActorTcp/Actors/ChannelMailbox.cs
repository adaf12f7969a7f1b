using Akka.Actor;
using ActorTcp.Buffers;
using ActorTcp.Polling;
using ActorTcp.Sockets;

namespace ActorTcp.Actors;

/// <summary>
/// Puts what a channel has to tell into its actor's mailbox, so that the actor processes it as any message:
/// a <see cref="Received"/>, the <see cref="PendingSend"/> itself, and the messages below.
/// </summary>
internal sealed class ChannelMailbox(IActorRef actor) : IChannelOwner
{
    public void OnReceived(in SlabSlice bytes) => actor.Tell(Received.Incoming(bytes), ActorRefs.NoSender);

    public void OnEndOfStream() => actor.Tell(EndOfStream.Instance, ActorRefs.NoSender);

    public void OnSent(object tag)
    {
        var pending = (PendingSend)tag;
        pending.IsSent = true;
        actor.Tell(pending, ActorRefs.NoSender);
    }

    public void OnQueueLow() => actor.Tell(QueueLow.Instance, ActorRefs.NoSender);

    public void OnFailed(Errno errno) => actor.Tell(new Failed(errno), ActorRefs.NoSender);

    internal sealed class EndOfStream : INoSerializationVerificationNeeded
    {
        public static readonly EndOfStream Instance = new();
    }

    internal sealed class QueueLow : INoSerializationVerificationNeeded
    {
        public static readonly QueueLow Instance = new();
    }

    internal sealed record Failed(Errno Errno) : INoSerializationVerificationNeeded;
}
