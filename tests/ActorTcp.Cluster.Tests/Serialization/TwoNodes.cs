using ActorTcp.Sockets;
using Akka.Configuration;
using Akka.Remote;
using Akka.Remote.Transport;

namespace ActorTcp.Cluster.Tests.Serialization;

/// <summary>Two actor systems with Akka.Remote and its default limits, on loopback: the node of the connections, and the node of the handlers.</summary>
internal sealed class TwoNodes : IAsyncDisposable
{
    /// <summary>The time that a condition has to become true. Never waited for in a test that passes.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly List<TcpClient> _clients = [];

    /// <summary>Starts both.</summary>
    /// <param name="pause">The time without a heartbeat after which a node counts as gone.</param>
    public TwoNodes(string pause = "60s")
    {
        Connections = Start("connections", pause);
        Handlers = Start("handlers", pause);
    }

    public ActorSystem Connections { get; }

    public ActorSystem Handlers { get; }

    /// <summary>The manager of the node of the connections, as the other node has it.</summary>
    public IActorRef RemoteManager => Remote(Connections, Connections.ActorTcp().Manager, Handlers);

    /// <summary>Makes an actor on the node of the handlers, which binds a listener on the other node, and registers itself for the first connection.</summary>
    public async Task<(IActorRef Handler, TcpClient Client)> Connect(Props handler, HandlerOptions? options = null, ConnectionSettings? settings = null)
    {
        var bound = new TaskCompletionSource<SockAddr>(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = Handlers.ActorOf(handler);
        Handlers.ActorOf(Props.Create(() => new Registrar(RemoteManager, actor, options, settings, bound)));
        var address = await bound.Task.WaitAsync(Limit);
        var client = new TcpClient { NoDelay = true };
        _clients.Add(client);
        await client.ConnectAsync(address.ToIPEndPoint());
        return (actor, client);
    }

    /// <summary>Loses all messages from one node to the other, or none.</summary>
    public static async Task Lose(ActorSystem from, ActorSystem to, bool loses)
    {
        ThrottleMode mode = loses ? Blackhole.Instance : Unthrottled.Instance;
        var transport = ((RemoteActorRefProvider)((ExtendedActorSystem)from).Provider).Transport;
        Assert.True(await transport.ManagementCommand(new SetThrottle(AddressOf(to), ThrottleTransportAdapter.Direction.Send, mode)).WaitAsync(Limit));
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await Task.WhenAll(Connections.Terminate(), Handlers.Terminate()).WaitAsync(Limit);
    }

    /// <summary>A reference to an actor of one system, as another system has it.</summary>
    public static IActorRef Remote(ActorSystem owner, IActorRef actor, ActorSystem user) =>
        ((ExtendedActorSystem)user).Provider.ResolveActorRef(actor.Path.ToSerializationFormatWithAddress(AddressOf(owner)));

    private static Address AddressOf(ActorSystem system) => ((ExtendedActorSystem)system).Provider.DefaultAddress;

    private static ActorSystem Start(string name, string pause) => ActorSystem.Create(name, ConfigurationFactory.ParseString(
        $$"""
        akka.loglevel = WARNING
        akka.actor.provider = remote
        akka.remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0, applied-adapters = ["trttl"] }
        akka.remote.watch-failure-detector { heartbeat-interval = 200ms, acceptable-heartbeat-pause = {{pause}}, expected-response-after = 200ms }
        akka.remote.transport-failure-detector { heartbeat-interval = 500ms, acceptable-heartbeat-pause = 60s }
        """).WithFallback(ActorTcpSerializationExtensions.Config));

    /// <summary>Binds on the other node, and answers the connection that is accepted there.</summary>
    private sealed class Registrar : ReceiveActor
    {
        public Registrar(IActorRef manager, IActorRef handler, HandlerOptions? options, ConnectionSettings? settings, TaskCompletionSource<SockAddr> bound)
        {
            Receive<ListenerProtocol.Bound>(message => bound.TrySetResult(message.LocalAddress));
            Receive<ListenerProtocol.BindFailed>(message => bound.TrySetException(new InvalidOperationException(message.Text)));
            Receive<ListenerProtocol.ConnectionAccepted>(accepted => accepted.Connection.Tell(new ConnectionProtocol.Register(handler, options)));
            manager.Tell(new ListenerProtocol.Bind(new SockAddr("127.0.0.1", 0)) { ConnectionSettings = settings });
        }
    }
}
