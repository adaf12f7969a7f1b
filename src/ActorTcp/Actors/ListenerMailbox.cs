using Akka.Actor;
using ActorTcp.Polling;
using ActorTcp.Sockets;

namespace ActorTcp.Actors;

/// <summary>Puts what a listener's channel has to tell into the listener's mailbox.</summary>
internal sealed class ListenerMailbox(IActorRef actor) : IListenerOwner
{
    public void OnAccepted(IAcceptedConnection connection) => actor.Tell(new Accepted(connection), ActorRefs.NoSender);

    public void OnAcceptFailed(Errno errno) => actor.Tell(new AcceptFailed(errno), ActorRefs.NoSender);

    internal sealed record Accepted(IAcceptedConnection Connection) : INoSerializationVerificationNeeded;

    internal sealed record AcceptFailed(Errno Errno) : INoSerializationVerificationNeeded;
}
