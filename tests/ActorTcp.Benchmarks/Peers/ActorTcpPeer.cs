using ActorTcp.Actors;
using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Configuration;

namespace ActorTcp.Benchmarks.Peers;

/// <summary>The whole library: listener, connection actor, and a handler actor that sends back what it receives.</summary>
internal sealed class ActorTcpPeer : ManagedPeer
{
    private static readonly TimeSpan BindLimit = TimeSpan.FromSeconds(10);

    public override string Name => "actortcp";

    public override string Description =>
        "ActorTcp: listener, connection actor and handler actor, all default settings but the number of loops.";

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
            ? new ActorSystemServer(system, bound.LocalAddress.Port)
            : throw new PeerException($"{Name}: {answer}");
    }
}

internal sealed class ActorSystemServer(ActorSystem system, int port) : IEchoServer
{
    public int Port { get; } = port;

    public ValueTask DisposeAsync() => new(system.Terminate());
}

/// <summary>Sends what it receives back to its connection.</summary>
internal sealed class ActorTcpEchoHandler : ReceiveActor
{
    public ActorTcpEchoHandler()
    {
        Receive<Received>(received => Sender.Tell(received.ToSend()));
        ReceiveAny(_ => { });
    }
}
