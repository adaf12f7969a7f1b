using Akka.Actor.Setup;

namespace ActorTcp;

/// <summary>Gives the connectors and listeners of an actor system another resolver than the operating system's.</summary>
/// <param name="resolver">The resolver. It is called from several threads.</param>
public sealed class HostResolverSetup(IHostResolver resolver) : Setup
{
    /// <summary>The resolver.</summary>
    public IHostResolver Resolver { get; } = resolver ?? throw new ArgumentNullException(nameof(resolver));
}
