using Akka.Actor.Setup;

namespace ActorTcp.Hosting;

/// <summary>Brings the servers that a host has been given to its actor system.</summary>
internal sealed class TcpServersSetup : Setup
{
    public List<HostedTcpServer> Servers { get; } = [];
}
