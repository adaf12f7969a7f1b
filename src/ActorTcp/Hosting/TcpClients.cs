using Akka.Actor;

namespace ActorTcp.Hosting;

/// <summary>
/// The clients of a host by name, connected or not. <c>system.TcpClients()</c> returns them (<see cref="HostedSystemExtensions"/>). Can be used
/// from any thread.
/// </summary>
public sealed class TcpClients : HostedByName<HostedTcpClient>
{
    internal const string Kind = "client";

    private TcpClients(ExtendedActorSystem system)
        : base(system, Kind)
    {
    }

    internal sealed class Provider : ExtensionIdProvider<TcpClients>
    {
        public override TcpClients CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
