using Akka.Event;

namespace ActorTcp.Tests.Manager;

/// <summary>An actor system that terminates without a host.</summary>
public sealed class SystemStopTests : IAsyncLifetime
{
    private const int Confirmed = 300_000;

    /// <summary>More bytes than the kernel accepts.</summary>
    private const int Queued = 16 << 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<object> _events = [];
    private readonly List<ActorSystem> _systems = [];

    private static CancellationToken LimitToken => new CancellationTokenSource(Limit).Token;

    [Theory]
    [InlineData("on")]
    [InlineData("off")]
    public async Task Terminate_keeps_bytes_that_were_confirmed(string coordinated)
    {
        var system = NewSystem($"akka.coordinated-shutdown.run-by-actor-system-terminate = {coordinated}");
        var (client, sent) = await ConnectAsync(system, Confirmed);
        await sent;

        await system.Terminate().WaitAsync(Limit);

        Assert.Equal(Confirmed, await ReadToEndAsync(client));
    }

    [Fact]
    public async Task Terminate_without_coordinated_shutdown_loses_queued_bytes_only()
    {
        var system = NewSystem("akka.coordinated-shutdown.run-by-actor-system-terminate = off");
        var (client, sent) = await ConnectAsync(system, Confirmed, Queued);
        await sent;

        await system.Terminate().WaitAsync(Limit);

        Assert.InRange(await ReadToEndAsync(client), Confirmed, Confirmed + Queued - 1);
    }

    [Fact]
    public async Task Terminate_sends_queued_bytes()
    {
        var system = NewSystem("actortcp.stop-flush-timeout = 60s");
        var (client, sent) = await ConnectAsync(system, Confirmed, Queued);
        await sent;

        var terminated = system.Terminate();

        Assert.Equal(Confirmed + Queued, await ReadToEndAsync(client));
        await terminated.WaitAsync(Limit);
    }

    [Fact]
    public async Task Terminate_aborts_connections_that_are_not_flushed_in_time()
    {
        var system = NewSystem("actortcp.stop-flush-timeout = 100ms");
        var (client, sent) = await ConnectAsync(system, Confirmed, Queued);
        await sent;

        await system.Terminate().WaitAsync(Limit);

        Assert.Equal(CloseReason.Aborted, Assert.Single(_events.OfType<ListenerProtocol.ConnectionClosed>()).Closed.Reason);
        Assert.Empty(_events.OfType<Warning>());
        client.Dispose();
    }

    [Fact]
    public async Task Terminate_ends_an_unregistered_connection_with_an_end_of_stream()
    {
        var system = NewSystem("actortcp.connection.register-timeout = 60s");
        var registrar = new TaskCompletionSource();
        var binder = system.ActorOf(Props.Create(() => new Accepting(registrar)));
        var bound = await BindAsync(system, null, binder);
        using var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken);
        await client.SendAsync(new byte[1000], LimitToken);
        await registrar.Task.WaitAsync(Limit);

        await system.Terminate().WaitAsync(Limit);

        Assert.Equal(0, await ReadToEndAsync(client));
    }

    [Fact]
    public async Task Terminate_sends_the_queued_bytes_of_a_connector()
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.Listen();
        var system = NewSystem("actortcp.stop-flush-timeout = 60s");
        var sent = new TaskCompletionSource();
        var handler = Props.Create(() => new Answering(sent, Confirmed, Queued));
        system.ActorTcp().Manager.Tell(new ConnectorProtocol.Connect((IPEndPoint)server.LocalEndPoint!, handler));
        using var peer = await server.AcceptAsync(LimitToken);
        await sent.Task.WaitAsync(Limit);

        var terminated = system.Terminate();

        Assert.Equal(Confirmed + Queued, await ReadToEndAsync(peer));
        await terminated.WaitAsync(Limit);
    }

    [Fact]
    public async Task Terminate_sends_the_queued_bytes_of_an_adopted_connection()
    {
        using var server = Tcp.CreateServer(Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0)!)!;
        using var client = await EchoClient.ConnectAsync(server.SockName()!.ToIPEndPoint(), LimitToken, 64 * 1024);
        var system = NewSystem("actortcp.stop-flush-timeout = 60s");
        var sent = new TaskCompletionSource();
        var adopt = new AdoptionProtocol.Adopt(server.Accept()!.Detach()!, Props.Create(() => new Answering(sent, Confirmed, Queued)));
        await system.ActorTcp().Manager.Ask<AdoptionProtocol.Adopted>(adopt, Limit);
        await sent.Task.WaitAsync(Limit);

        var terminated = system.Terminate();

        Assert.Equal(Confirmed + Queued, await ReadToEndAsync(client));
        await terminated.WaitAsync(Limit);
    }

    [Fact]
    public async Task Adopt_while_the_system_stops_fails_with_ESHUTDOWN_and_keeps_the_token()
    {
        using var server = Tcp.CreateServer(Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0)!)!;
        using var client = await EchoClient.ConnectAsync(server.SockName()!.ToIPEndPoint(), LimitToken);
        var system = NewSystem("");
        var manager = system.ActorTcp().Manager;
        using var token = server.Accept()!.Detach()!;
        var answer = new TaskCompletionSource<AdoptionProtocol.AdoptFailed>();
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "late", async () =>
        {
            answer.SetResult(await manager.Ask<AdoptionProtocol.AdoptFailed>(new AdoptionProtocol.Adopt(token), Limit));
            return Akka.Done.Instance;
        });

        await system.Terminate().WaitAsync(Limit);

        Assert.Equal(Errno.ESHUTDOWN, (await answer.Task.WaitAsync(Limit)).Errno);
        Assert.True(token.IsPending);
    }

    [Fact]
    public async Task Bind_while_the_system_stops_fails_with_ESHUTDOWN()
    {
        var system = NewSystem("");
        var manager = system.ActorTcp().Manager;
        var answer = new TaskCompletionSource<ListenerProtocol.BindFailed>();
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "late", async () =>
        {
            answer.SetResult(await manager.Ask<ListenerProtocol.BindFailed>(new ListenerProtocol.Bind(Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0)!), Limit));
            return Akka.Done.Instance;
        });

        await system.Terminate().WaitAsync(Limit);

        Assert.Equal(Errno.ESHUTDOWN, (await answer.Task.WaitAsync(Limit)).Errno);
    }

    [Fact]
    public async Task CoordinatedShutdown_created_before_the_extension_shortens_the_drain()
    {
        var system = ActorSystem.Create("early", "actortcp { loops = 1, drain-timeout = 60s }\nakka { loglevel = OFF, stdout-loglevel = OFF }");
        _systems.Add(system);
        var shutdown = CoordinatedShutdown.Get(system);
        var before = shutdown.Timeout(CoordinatedShutdown.PhaseServiceRequestsDone);
        var (client, sent) = await ConnectAsync(system, Confirmed);
        await sent;

        await system.Terminate().WaitAsync(Limit);

        Assert.Equal(TimeSpan.FromSeconds(5), before);
        Assert.Equal(Confirmed, await ReadToEndAsync(client));
    }

    private ActorSystem NewSystem(string config)
    {
        var system = ActorSystem.Create("stop", $"{config}\nactortcp {{ loops = 2, drain-timeout = 100ms, connection.send-queue-bytes = 32MiB }}\nakka {{ loglevel = WARNING, stdout-loglevel = OFF, loggers = [] }}");
        _systems.Add(system);
        var events = system.ActorOf(Props.Create(() => new Recording(_events)));
        system.EventStream.Subscribe(events, typeof(Warning));
        system.EventStream.Subscribe(events, typeof(ListenerProtocol.ConnectionClosed));
        return system;
    }

    private static async Task<ListenerProtocol.Bound> BindAsync(ActorSystem system, Props? handler, IActorRef? binder = null)
    {
        var bind = new ListenerProtocol.Bind(Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0)!, handler);
        return binder is null
            ? await system.ActorTcp().Manager.Ask<ListenerProtocol.Bound>(bind, Limit)
            : await binder.Ask<ListenerProtocol.Bound>(bind, Limit);
    }

    /// <summary>Returns a client that does not read, and a task that completes when the kernel has the first of the lengths that its handler sends.</summary>
    private static async Task<(Socket Client, Task Sent)> ConnectAsync(ActorSystem system, params int[] lengths)
    {
        var sent = new TaskCompletionSource();
        var bound = await BindAsync(system, Props.Create(() => new Answering(sent, lengths)));
        return (await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken, 64 * 1024), sent.Task.WaitAsync(Limit));
    }

    /// <summary>Returns the number of bytes until the end of stream. Throws if the connection is reset.</summary>
    private static async Task<int> ReadToEndAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        var total = 0;
        while (await socket.ReceiveAsync(buffer, LimitToken) is var count and > 0)
        {
            total += count;
        }

        socket.Dispose();
        return total;
    }

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => Task.WhenAll(_systems.Select(system => system.Terminate())).WaitAsync(Limit);

    /// <summary>Sends when it is connected, and never closes.</summary>
    private sealed class Answering : ReceiveActor
    {
        public Answering(TaskCompletionSource sent, params int[] lengths)
        {
            Receive<ConnectionProtocol.Connected>(connected =>
            {
                for (var i = 0; i < lengths.Length; i++)
                {
                    connected.Connection.Tell(i == 0 ? new Send(new byte[lengths[i]], "first") : new Send(new byte[lengths[i]]));
                }
            });
            Receive<ConnectionProtocol.Sent>(_ => sent.TrySetResult());
            ReceiveAny(_ => { });
        }
    }

    /// <summary>Binds for another actor, and registers no connection.</summary>
    private sealed class Accepting : ReceiveActor
    {
        public Accepting(TaskCompletionSource accepted)
        {
            IActorRef asker = ActorRefs.Nobody;
            Receive<ListenerProtocol.Bind>(bind =>
            {
                asker = Sender;
                Context.System.ActorTcp().Manager.Tell(bind);
            });
            Receive<ListenerProtocol.Bound>(bound => asker.Tell(bound));
            Receive<ListenerProtocol.ConnectionAccepted>(_ => accepted.TrySetResult());
        }
    }

    private sealed class Recording : UntypedActor
    {
        private readonly ConcurrentQueue<object> _events;

        public Recording(ConcurrentQueue<object> events) => _events = events;

        protected override void OnReceive(object message) => _events.Enqueue(message);
    }
}
