using Akka.Actor;

namespace ActorTcp.Hosting;

/// <summary>The clients of a host by their names, connected or not. Got by <c>system.TcpClients()</c>; from any thread.</summary>
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
