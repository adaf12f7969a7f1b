using Akka.Actor;

namespace ActorTcp.Hosting;

/// <summary>Returns the servers and the clients of a host from its actor system.</summary>
public static class HostedSystemExtensions
{
    /// <summary>
    /// The servers of the host; empty if the actor system does not belong to a host. Can be called from any thread.
    /// </summary>
    /// <param name="system">The actor system.</param>
    public static TcpServers TcpServers(this ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.WithExtension<TcpServers, TcpServers.Provider>();
    }

    /// <summary>
    /// The clients of the host; empty if the actor system does not belong to a host. Can be called from any thread.
    /// </summary>
    /// <param name="system">The actor system.</param>
    public static TcpClients TcpClients(this ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.WithExtension<TcpClients, TcpClients.Provider>();
    }
}
