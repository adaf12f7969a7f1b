using ActorTcp.Benchmarks.Tls;
using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Configuration;

namespace ActorTcp.Benchmarks.Peers;

/// <summary>The whole library: listener, connection actor, and a handler actor that sends back what it receives.</summary>
internal sealed class ActorTcpPeer(string name, string handlerText, Props handler, bool withTls = false) : ManagedPeer
{
    internal static readonly ActorTcpPeer Lent = new("actortcp", "a TcpHandler, which borrows the bytes", Props.Create<TcpEchoHandler>());
    internal static readonly ActorTcpPeer Copied = new("actortcp-plain", "an ordinary ReceiveActor, which gets a copy of the bytes", Props.Create<PlainEchoHandler>());

    internal static readonly ActorTcpPeer Tls = new("actortcp-tls", "a TcpHandler, with TLS", Props.Create<TcpEchoHandler>(), withTls: true);

    private static readonly TimeSpan BindLimit = TimeSpan.FromSeconds(10);

    public override string Name => name;

    public override string Description =>
        $"ActorTcp, all default settings but the number of loops: listener, connection actor, and as handler {handlerText}.";

    internal override async Task<IEchoServer> StartAsync(int port, int loops)
    {
        Config config = ConfigurationFactory.ParseString($$"""
            akka.loglevel = WARNING
            actortcp.loops = {{loops}}
            """);
        var system = ActorSystem.Create("bench", config);
        SockAddr address = Tcp.SockAddr(Tcp.INADDR_LOOPBACK, port)!;
        object answer = await system.ActorTcp().Manager.Ask<object>(
            new ListenerProtocol.Bind(address, handler) { Tls = withTls ? TlsOptions.Server(TlsCertificate.Create()) : null }, BindLimit);
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

/// <summary>Sends the borrowed bytes back to its connection.</summary>
internal sealed class TcpEchoHandler : TcpHandler
{
    protected override void OnReceived(Received received) => Connection.Tell(received.ToSend(), Self);
}

/// <summary>Sends the received bytes back to its connection.</summary>
internal sealed class PlainEchoHandler : ReceiveActor
{
    public PlainEchoHandler()
    {
        Receive<Received>(received => Sender.Tell(received.ToSend()));
        ReceiveAny(_ => { });
    }
}
