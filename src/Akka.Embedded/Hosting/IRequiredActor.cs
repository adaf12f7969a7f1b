using Akka.Actor;

namespace Akka.Hosting;

/// <summary>An actor of the registry, for injection.</summary>
public interface IRequiredActor<TActor>
{
    /// <summary>The actor; throws while it has not been registered.</summary>
    IActorRef ActorRef { get; }

    /// <summary>The actor, when it has been registered: for services that are made before the actors are.</summary>
    Task<IActorRef> GetAsync(CancellationToken cancellationToken = default);
}
