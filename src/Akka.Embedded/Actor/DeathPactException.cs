namespace Akka.Actor;

/// <summary>What an actor fails with that does not handle the <see cref="Terminated"/> of an actor it watches.</summary>
public class DeathPactException(IActorRef deadActor) : AkkaException($"Monitored actor [{deadActor}] terminated")
{
    public IActorRef DeadActor { get; } = deadActor;
}
