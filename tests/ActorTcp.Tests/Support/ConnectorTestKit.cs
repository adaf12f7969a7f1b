using Akka.TestKit;

namespace ActorTcp.Tests.Support;

/// <summary>Tests of connectors on real sockets. The test is their owner, and a probe is the handler of their connections.</summary>
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

    /// <summary>Creates a server of the test, at a new address if none is given.</summary>
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

    /// <summary>A Connect to an address, with the probe as handler.</summary>
    private protected ConnectorProtocol.Connect To(SockAddr address) => new(address) { HandlerActor = Handler.Ref };

    /// <summary>A Connect to the host of a resolver, with the probe as handler.</summary>
    private protected ConnectorProtocol.Connect To(ScriptedResolver resolver) => new(resolver.Host, 9) { HandlerActor = Handler.Ref };

    /// <summary>Starts a connector and watches it.</summary>
    private protected IActorRef Start(ConnectorProtocol.Connect connect)
    {
        Sys.ActorTcp().Manager.Tell(connect, TestActor);
        var started = ExpectMsg<ConnectorProtocol.Started>(Limit);
        Assert.Equal((connect.Host, connect.Port), (started.Host, started.Port));
        return Watch(started.Connector);
    }

    /// <summary>Starts a connector and waits until it is connected.</summary>
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

    /// <summary>Receives messages until the connector has stopped and checks that exactly the last one is a final event.</summary>
    private protected List<object> ReceiveToEnd(IActorRef connector)
    {
        var messages = new List<object>();
        while (ReceiveOne(Limit) is var message && message is not Terminated)
        {
            messages.Add(message ?? throw new TimeoutException($"no end after {string.Join(", ", messages)}"));
        }

        Assert.Single(messages, message => message is ConnectorProtocol.Closed or ConnectorProtocol.ConnectFailed);
        var last = messages.FindLast(message => message is not (ConnectionProtocol.Sent or ConnectionProtocol.SendFailed));
        Assert.True(last is ConnectorProtocol.Closed or ConnectorProtocol.ConnectFailed, $"{last} came last");
        var loops = Sys.ActorTcp().Loops;
        // Each loop has one registration for its own wake-up. Other registrations may wait for the end of the peer's stream.
        Assert.All(Enumerable.Range(0, loops.Count), i => Assert.Equal(1, loops[i].Poller.Count - ClosingSockets.CountOf(loops[i])));
        return messages;
    }

    private protected T ExpectEnd<T>(IActorRef connector) => Assert.IsType<T>(Assert.Single(ReceiveToEnd(connector)));
}
