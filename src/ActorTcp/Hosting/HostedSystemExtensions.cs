using Akka.Actor;

namespace ActorTcp.Hosting;

/// <summary>The way from an actor system to the servers and the clients of its host.</summary>
public static class HostedSystemExtensions
{
    /// <summary>The servers of the system's host; none where it has no host. From any thread.</summary>
    /// <param name="system">The actor system.</param>
    public static TcpServers TcpServers(this ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.WithExtension<TcpServers, TcpServers.Provider>();
    }

    /// <summary>The clients of the system's host; none where it has no host. From any thread.</summary>
    /// <param name="system">The actor system.</param>
    public static TcpClients TcpClients(this ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.WithExtension<TcpClients, TcpClients.Provider>();
    }
}
