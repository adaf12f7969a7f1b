using Akka.Actor;

namespace ActorTcp;

/// <summary>The way from an actor system to ActorTcp.</summary>
public static class ActorTcpSystemExtensions
{
    /// <summary>The system's <see cref="ActorTcpExtension"/>, made when first asked for. From any thread.</summary>
    /// <param name="system">The actor system.</param>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    /// <exception cref="Akka.Configuration.ConfigurationException">A setting below <c>actortcp</c> breaks its rule.</exception>
    public static ActorTcpExtension ActorTcp(this ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.WithExtension<ActorTcpExtension, ActorTcpExtensionProvider>();
    }
}
