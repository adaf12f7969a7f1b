using Akka.TestKit;

namespace ActorTcp.Tests.Support;

/// <summary>Tests of connectors on real sockets: the test is their owner, a probe the handler of their connections.</summary>
public abstract class ConnectorTestKit : ConnectionTestKit
{
    private protected static readonly ReconnectPolicy Soon =
        new(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(20)) { ResetAfter = TimeSpan.FromMinutes(10) };

    private protected static readonly ReconnectPolicy Late = new(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));

    protected ConnectorTestKit(ITestOutputHelper output, string config = "", int loops = 2, bool stillClock = false)
        : base(output, config, loops, stillClock) =>
        Handler = CreateTestProbe("handler");

    private protected TestProbe Handler { get; }

    private protected static SockAddr Refusing => LoopbackAddress.Refusing;

    /// <summary>A server of the test, at an address of its own where none is given.</summary>
    private protected static Socket ListenAt(IPEndPoint? address = null)
    {
        address ??= new IPEndPoint(LoopbackAddress.Next(), 0);
        var server = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        server.Bind(address);
        server.Listen(100);
        return server;
    }

    private protected static SockAddr AddressOf(Socket server) => (IPEndPoint)server.LocalEndPoint!;

    private protected static Task<Socket> AcceptAsync(Socket server) => server.AcceptAsync(LimitToken()).AsTask();

    /// <summary>To an address, handled by the probe.</summary>
    private protected ConnectorProtocol.Connect To(SockAddr address) => new(address) { HandlerActor = Handler.Ref };

    /// <summary>To what a resolver says, handled by the probe.</summary>
    private protected ConnectorProtocol.Connect To(ScriptedResolver resolver) => new(resolver.Host, 9) { HandlerActor = Handler.Ref };

    /// <summary>Starts a connector and watches it.</summary>
    private protected IActorRef Start(ConnectorProtocol.Connect connect)
    {
        Sys.ActorTcp().Manager.Tell(connect, TestActor);
        var started = ExpectMsg<ConnectorProtocol.Started>(Limit);
        Assert.Equal((connect.Host, connect.Port), (started.Host, started.Port));
        return Watch(started.Connector);
    }

    /// <summary>Starts a connector whose connect comes about.</summary>
    private protected async Task<(IActorRef Connector, IActorRef Connection, Socket Peer)> StartConnectedAsync(Socket server, ConnectorProtocol.Connect connect)
    {
        var connector = Start(connect);
        var peer = await AcceptAsync(server);
        return (connector, ExpectMsg<ConnectorProtocol.Connected>(Limit).Connection, peer);
    }

    private protected static Task<ConnectorDescription> DescribeAsyncOf(IActorRef connector) =>
        connector.Ask<ConnectorDescription>(ConnectorProtocol.Describe.Instance, Limit);

    private protected Task AwaitPhaseAsync(IActorRef connector, ConnectorPhase phase) =>
        UntilAsync(async () => (await DescribeAsyncOf(connector)).Phase == phase);

    /// <summary>What the test is told until the connector has stopped, behind which nothing can come from it. Its last event is its only last event.</summary>
    private protected List<object> ReceiveToEnd(IActorRef connector)
    {
        var told = new List<object>();
        while (ReceiveOne(Limit) is var message && message is not Terminated)
        {
            told.Add(message ?? throw new TimeoutException($"no end behind {string.Join(", ", told)}"));
        }

        Assert.Single(told, message => message is ConnectorProtocol.Closed or ConnectorProtocol.ConnectFailed);
        var last = told.FindLast(message => message is not (ConnectionProtocol.Sent or ConnectionProtocol.SendFailed));
        Assert.True(last is ConnectorProtocol.Closed or ConnectorProtocol.ConnectFailed, $"{last} came last");
        var loops = Sys.ActorTcp().Loops;
        // A loop itself has one, to be woken by. Others may wait for the end of the peer's stream.
        Assert.All(Enumerable.Range(0, loops.Count), i => Assert.Equal(1, loops[i].Poller.Count - ClosingSockets.CountOf(loops[i])));
        return told;
    }

    private protected T ExpectEnd<T>(IActorRef connector) => Assert.IsType<T>(Assert.Single(ReceiveToEnd(connector)));
}
