using Akka.Actor;

namespace ActorTcp.Hosting;

/// <summary>
/// The servers of a host by name, bound or not. <c>system.TcpServers()</c> returns them (<see cref="HostedSystemExtensions"/>). Can be used from
/// any thread.
/// </summary>
public sealed class TcpServers : HostedByName<HostedTcpServer>
{
    internal const string Kind = "server";

    private TcpServers(ExtendedActorSystem system)
        : base(system, Kind)
    {
    }

    internal sealed class Provider : ExtensionIdProvider<TcpServers>
    {
        public override TcpServers CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
