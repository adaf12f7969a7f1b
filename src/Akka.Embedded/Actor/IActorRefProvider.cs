namespace Akka.Actor;

/// <summary>The references of a system.</summary>
public interface IActorRefProvider
{
    ActorSystem System { get; }

    IActorRef DeadLetters { get; }

    ActorPath RootPath { get; }

    IActorRef RootGuardianAt(Address address);

    /// <summary>The actor of this path, or a reference to none.</summary>
    IActorRef ResolveActorRef(string path);

    IActorRef ResolveActorRef(ActorPath actorPath);
}
