using Akka.Actor;
using ActorTcp.Polling;

namespace ActorTcp.Actors;

/// <summary>A timer of an actor on its loop's own wheel: sends a message to the actor when it is due. Akka's scheduler would tick for ever.</summary>
internal sealed class ActorTimer(IActorRef actor, object message) : LoopTimer
{
    public override void OnDue() => actor.Tell(message, ActorRefs.NoSender);
}
