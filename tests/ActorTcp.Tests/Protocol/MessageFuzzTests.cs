namespace ActorTcp.Tests.Protocol;

/// <summary>
/// Random messages of all protocols to a connection, a listener and a connector in random phases.
/// A failure names the seed of its sequence. ACTORTCP_FUZZ_SEED="N" runs only that sequence; ACTORTCP_FUZZ_COUNT="N" runs N sequences.
/// </summary>
public sealed class MessageFuzzTests
{
    private const int Sequences = 400;
    private const int WarmUp = 50;
    private const int MessagesMax = 12;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The messages that have no answer.</summary>
    private static readonly Dictionary<string, Type[]> Silent = new()
    {
        ["connection"] =
        [
            typeof(ConnectionProtocol.Read), typeof(ConnectionProtocol.SuspendReading), typeof(ConnectionProtocol.ResumeReading), typeof(ConnectionProtocol.Close),
            typeof(ConnectionProtocol.ConfirmedClose), typeof(ConnectionProtocol.Abort),
        ],
        ["listener"] = [typeof(ListenerProtocol.PauseAccepting), typeof(ListenerProtocol.ResumeAccepting)],
        ["connector"] = [typeof(ConnectorProtocol.Close), typeof(ConnectorProtocol.Abort)],
    };

    /// <summary>After one of these messages the actor may have stopped, or its connection may end by itself.</summary>
    private static readonly Type[] Ending =
    [
        typeof(ConnectionProtocol.Close), typeof(ConnectionProtocol.ConfirmedClose), typeof(ConnectionProtocol.Abort), typeof(ConnectionProtocol.Detach), typeof(ConnectionProtocol.SetLimits),
        typeof(ConnectionProtocol.Shutdown), typeof(ConnectionProtocol.SetFraming), typeof(ListenerProtocol.Unbind), typeof(ListenerProtocol.Drain), typeof(ConnectorProtocol.Close),
        typeof(ConnectorProtocol.Abort),
    ];

    [Fact]
    public void Random_messages_get_one_answer_each_and_harm_no_other_connection() => ChildProcess.Run(Run);

    private static void Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task RunAsync()
    {
        using var system = ActorSystem.Create("fuzz", "akka { loglevel = ERROR, loggers = [], stdout-loglevel = OFF, log-dead-letters = off }\nactortcp { loops = 2, drain-timeout = 0s }");
        var errors = new ConcurrentQueue<object>();
        var log = system.ActorOf(Props.Create(() => new Collector(errors)));
        system.EventStream.Subscribe(log, typeof(Akka.Event.Error));
        var bound = await BindAsync(system, Props.Create<EchoHandler>());
        using var bystander = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), new CancellationTokenSource(Limit * 10).Token);

        var one = TestSettings.Number("ACTORTCP_FUZZ_SEED");
        var first = (int)(one ?? Random.Shared.Next());
        var before = int.MaxValue;
        for (var i = 0; i == 0 || one is null && i < (TestSettings.Number("ACTORTCP_FUZZ_COUNT") ?? Sequences); i++)
        {
            // The first use opens some descriptors, such as those of the runtime's own sockets.
            before = i == WarmUp ? OpenDescriptors.Count() : before;
            await SequenceAsync(system, bound, first + i);
            await EchoClient.EchoAsync(bystander, 100, (ulong)i, 100, new CancellationTokenSource(Limit).Token);
            Assert.True(errors.IsEmpty, $"seed {first + i}: {string.Join('\n', errors)}");
        }

        await Eventually.HoldsAsync(() => OpenDescriptors.Count() <= before, () => $"seed {first}: {before} descriptors before, {OpenDescriptors.Count()} after");
        await system.Terminate();
    }

    private static async Task SequenceAsync(ActorSystem system, ListenerProtocol.Bound shared, int seed)
    {
        var sent = new List<string>();
        try
        {
            await SequenceAsync(system, shared, new Random(seed), sent);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"seed {seed}: {string.Join(", ", sent)}", failure);
        }
    }

    private static async Task SequenceAsync(ActorSystem system, ListenerProtocol.Bound shared, Random random, List<string> sent)
    {
        var handler = system.ActorOf(Props.Create(() => new Collector(new ConcurrentQueue<object>())));
        var kind = new[] { "connection", "listener", "connector" }[random.Next(3)];
        var (target, client, mayEnd) = await TargetAsync(system, shared, kind, handler, random);
        using var ended = client;
        var fuzz = new MessageFuzz(random, handler);
        var answers = new List<(object Message, bool MayBeUnanswered, ConcurrentQueue<object> Answers)>();
        for (var left = random.Next(1, MessagesMax); left > 0; left--)
        {
            var received = new ConcurrentQueue<object>();
            var asker = system.ActorOf(Props.Create(() => new Collector(received)));
            if (fuzz.Next(asker) is not { } message)
            {
                continue;
            }

            sent.Add($"{message} to the {kind}" is { Length: > 200 } text ? text[..200] : $"{message} to the {kind}");
            var isSilent = Silent[kind].Contains(message.GetType()) || message is ConnectionProtocol.Register || (kind != "listener" && message is Send { Token: null });
            answers.Add((message, isSilent || mayEnd, received));
            target.Tell(message, asker);
            mayEnd |= Ending.Contains(message.GetType());
        }

        if (!mayEnd)
        {
            Assert.NotNull(await target.Ask(Question(kind), Limit));
        }

        await EndAsync(target, kind);
        foreach (var (message, mayBeUnanswered, received) in answers)
        {
            if (!mayBeUnanswered)
            {
                await Eventually.HoldsAsync(() => !received.IsEmpty, () => $"{message.GetType()} got no answer");
            }

            Assert.True(received.Count <= 1, $"{message} got {string.Join(" and ", received)}");
        }

        system.Stop(handler);
    }

    private static async Task<(IActorRef Target, Socket? Client, bool MayEnd)> TargetAsync(ActorSystem system, ListenerProtocol.Bound shared, string kind, IActorRef handler, Random random)
    {
        if (kind == "connector")
        {
            var started = new ConcurrentQueue<object>();
            var owner = system.ActorOf(Props.Create(() => new Collector(started)));
            var props = random.Next(2) == 0 ? Props.Create<EchoHandler>() : null;
            var connect = new ConnectorProtocol.Connect(random.Next(2) == 0 ? shared.LocalAddress : LoopbackAddress.Refusing, props)
            {
                HandlerActor = props is null ? handler : null,
                Reconnect = new ReconnectPolicy(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)),
            };
            system.ActorTcp().Manager.Tell(connect, owner);
            await Eventually.HoldsAsync(() => started.OfType<ConnectorProtocol.Started>().Any(), () => "the connector did not start");
            return (started.OfType<ConnectorProtocol.Started>().First().Connector, null, false);
        }

        var binder = new ConcurrentQueue<object>();
        var bound = await BindAsync(system, null, system.ActorOf(Props.Create(() => new Collector(binder))), binder);
        if (kind == "listener")
        {
            return (bound.Listener, null, false);
        }

        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(bound.LocalAddress.ToIPEndPoint());
        await Eventually.HoldsAsync(() => binder.OfType<ListenerProtocol.ConnectionAccepted>().Any(), () => "the connection was not accepted");
        var connection = binder.OfType<ListenerProtocol.ConnectionAccepted>().First().Connection;
        if (random.Next(4) != 0)
        {
            connection.Tell(new ConnectionProtocol.Register(handler, new HandlerOptions { Pull = random.Next(2) == 0 }), ActorRefs.NoSender);
        }

        await client.SendAsync(new byte[random.Next(3) * 100]);
        var halfClosed = random.Next(4) == 0;
        if (halfClosed)
        {
            client.Shutdown(SocketShutdown.Send);
        }

        _ = DrainAsync(client);
        bound.Listener.Tell(ListenerProtocol.Unbind.Instance, ActorRefs.NoSender);
        return (connection, client, halfClosed);
    }

    private static async Task<ListenerProtocol.Bound> BindAsync(ActorSystem system, Props? handler, IActorRef? binder = null, ConcurrentQueue<object>? events = null)
    {
        var bind = new ListenerProtocol.Bind((SockAddr)new IPEndPoint(IPAddress.Loopback, 0), handler);
        if (binder is null)
        {
            return await system.ActorTcp().Manager.Ask<ListenerProtocol.Bound>(bind, Limit);
        }

        system.ActorTcp().Manager.Tell(bind, binder);
        await Eventually.HoldsAsync(() => events!.OfType<ListenerProtocol.Bound>().Any(), () => "the listener was not bound");
        return events!.OfType<ListenerProtocol.Bound>().First();
    }

    private static object Question(string kind) => kind switch
    {
        "connection" => ConnectionProtocol.Describe.Instance,
        "listener" => ListenerProtocol.Describe.Instance,
        _ => ConnectorProtocol.Describe.Instance,
    };

    private static async Task EndAsync(IActorRef target, string kind)
    {
        var stopped = target.WatchAsync();
        target.Tell(kind switch { "connection" => ConnectionProtocol.Abort.Instance, "listener" => new ListenerProtocol.Drain(TimeSpan.Zero), _ => (object)ConnectorProtocol.Abort.Instance }, ActorRefs.NoSender);
        await stopped.WaitAsync(Limit);
    }

    private static async Task DrainAsync(Socket client)
    {
        try
        {
            var buffer = new byte[100_000];
            while (await client.ReceiveAsync(buffer) > 0)
            {
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The connection may have been aborted.
        }
    }

    private sealed class Collector : ReceiveActor
    {
        public Collector(ConcurrentQueue<object> received) => ReceiveAny(message =>
        {
            (message as ConnectionProtocol.Detached)?.Socket.Dispose();
            received.Enqueue(message);
        });
    }
}
