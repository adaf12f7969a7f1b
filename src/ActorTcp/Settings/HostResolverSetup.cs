using Akka.Actor.Setup;

namespace ActorTcp;

/// <summary>
/// Sets the resolver with which the connectors and listeners of an actor system look up host names. Without it they use getaddrinfo(3).
/// </summary>
/// <param name="resolver">The resolver. It is called from several threads at the same time.</param>
/// <exception cref="ArgumentNullException"><paramref name="resolver"/> is null.</exception>
public sealed class HostResolverSetup(IHostResolver resolver) : Setup
{
    /// <summary>The resolver that looks up host names.</summary>
    public IHostResolver Resolver { get; } = resolver ?? throw new ArgumentNullException(nameof(resolver));
}
