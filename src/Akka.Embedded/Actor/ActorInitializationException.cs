namespace Akka.Actor;

/// <summary>An actor could not be created or started.</summary>
public class ActorInitializationException(IActorRef? actor, string message, Exception? cause = null) : AkkaException(message, cause)
{
    public ActorInitializationException(string message)
        : this(null, message) { }

    public ActorInitializationException(string message, Exception? cause)
        : this(null, message, cause) { }

    public IActorRef Actor { get; set; } = actor!;

    public override string ToString() => Actor is null ? base.ToString() : $"{Actor}: {base.ToString()}";
}
