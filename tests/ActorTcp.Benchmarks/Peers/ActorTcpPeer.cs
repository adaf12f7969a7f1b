using ActorTcp.Actors;
using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Configuration;

namespace ActorTcp.Benchmarks.Peers;

/// <summary>The whole way: listener, connection actor, and a handler actor that sends back what it receives.</summary>
internal sealed class ActorTcpPeer : ManagedPeer
{
    private static readonly TimeSpan BindLimit = TimeSpan.FromSeconds(10);

    public override string Name => "actortcp";

    public override string Description =>
        "ActorTcp: listener, connection actor and handler actor, all standard settings but the number of loops.";

    internal override async Task<IEchoServer> StartAsync(int port, int loops)
    {
        Config config = ConfigurationFactory.ParseString($$"""
            akka.loglevel = WARNING
            actortcp.loops = {{loops}}
            """);
        var system = ActorSystem.Create("bench", config);
        SockAddr address = Tcp.SockAddr(Tcp.INADDR_LOOPBACK, port)!;
        object answer = await system.ActorTcp().Manager.Ask<object>(
            new ListenerProtocol.Bind(address, Props.Create<ActorTcpEchoHandler>()), BindLimit);
        return answer is ListenerProtocol.Bound bound
            ? new ActorTcpEchoServer(system, bound.LocalAddress.Port)
            : throw new PeerException($"{Name}: {answer}");
    }
}
