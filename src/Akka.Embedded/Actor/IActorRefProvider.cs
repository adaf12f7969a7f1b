namespace Akka.Actor;

/// <summary>The tree of a system: its guardians, and its references by path.</summary>
public interface IActorRefProvider
{
    ActorSystem System { get; }

    Settings Settings { get; }

    IInternalActorRef RootGuardian { get; }

    LocalActorRef Guardian { get; }

    LocalActorRef SystemGuardian { get; }

    IActorRef DeadLetters { get; }

    IActorRef IgnoreRef { get; }

    IInternalActorRef TempContainer { get; }

    ActorPath RootPath { get; }

    Address DefaultAddress { get; }

    Task TerminationTask { get; }

    ActorPath TempPath();

    IActorRef RootGuardianAt(Address address);

    /// <summary>The actor of this path, or a reference to none.</summary>
    IActorRef ResolveActorRef(string path);

    IActorRef ResolveActorRef(ActorPath actorPath);
}
