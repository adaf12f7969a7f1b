using Akka.Actor;
using ActorTcp.Polling;

namespace ActorTcp.Actors;

/// <summary>The one timer of a connection's deadlines: when it is due it goes into the actor's mailbox.</summary>
internal sealed class DeadlineTimer(IActorRef connection) : LoopTimer, INoSerializationVerificationNeeded
{
    public override void OnDue() => connection.Tell(this, ActorRefs.NoSender);
}
