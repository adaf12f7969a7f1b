using Akka.Actor.Setup;

namespace ActorTcp.Hosting;

/// <summary>Brings the clients that a host has been given to its actor system.</summary>
internal sealed class TcpClientsSetup : Setup
{
    public List<HostedTcpClient> Clients { get; } = [];
}
