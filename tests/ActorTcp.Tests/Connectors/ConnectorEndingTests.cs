namespace ActorTcp.Tests.Connectors;

/// <summary>Close, Abort, Stop and the end of the handler in each phase: one last event, an answer to each Send, no registration left.</summary>
public sealed class ConnectorEndingTests(ITestOutputHelper output) : ConnectorTestKit(output, "actortcp { connector.queue-bytes = 100, connection.send-queue-bytes = 64MiB }", loops: 1)
{
    public enum Ending
    {
        Close,
        Abort,
        Stop,
        HandlerStops,
    }

    public static TheoryData<Ending> Endings() => [.. Enum.GetValues<Ending>()];

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task Connector_can_be_ended_while_the_name_is_looked_up(Ending ending)
    {
        var resolver = ScriptedResolver.Hanging();
        var connector = Start(To(resolver));
        await AwaitPhaseAsync(connector, ConnectorPhase.Resolving);

        await EndWithWaitingSendsAsync(connector, ending);

        await resolver.Cancelled.Task.WaitAsync(Limit);
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task Connector_can_be_ended_while_addresses_are_tried(Ending ending)
    {
        using var full = new FullBacklog();
        var connector = Start(To(full.Address));
        await AwaitPhaseAsync(connector, ConnectorPhase.Connecting);

        await EndWithWaitingSendsAsync(connector, ending);
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task Connector_can_be_ended_while_it_waits_for_the_next_attempt(Ending ending)
    {
        var connector = Start(To(Refusing) with { Reconnect = Late });
        Assert.Equal(Errno.ECONNREFUSED, ExpectMsg<ConnectorProtocol.Reconnecting>(Limit).Errno);
        await AwaitPhaseAsync(connector, ConnectorPhase.Waiting);

        await EndWithWaitingSendsAsync(connector, ending);
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task Connector_can_be_ended_while_it_is_connected(Ending ending)
    {
        using var server = ListenAt();
        var (connector, _, peer) = await StartConnectedAsync(server, To(AddressOf(server)) with { Reconnect = Late });
        connector.Tell(new Send("before", "before"), TestActor);
        ExpectMsg<ConnectionProtocol.Sent>(Limit);

        End(connector, ending);

        var messages = ReceiveToEnd(connector);
        Assert.Equal(ReasonOf(ending), Assert.IsType<ConnectorProtocol.Closed>(messages[^1]).Reason);
        Assert.Equal(ReasonOf(ending), Assert.Single(messages.OfType<ConnectorProtocol.Disconnected>()).Reason.Reason);
        if (ending is Ending.Close or Ending.Abort)
        {
            Assert.Equal(ReasonOf(ending), Handler.FishForMessage<ConnectionProtocol.Closed>(_ => true, Limit).Reason);
        }

        peer.Dispose();
    }

    [Theory]
    [InlineData(Ending.Close)]
    [InlineData(Ending.Abort)]
    [InlineData(Ending.Stop)]
    public async Task Connector_can_be_ended_while_its_connection_ends(Ending ending)
    {
        using var server = ListenAt();
        var gate = new ManualResetEventSlim();
        var handler = Props.Create(() => new HoldsClosed(gate)).WithDispatcher("akka.actor.default-dispatcher");
        var (connector, _, peer) = await StartConnectedAsync(server, new ConnectorProtocol.Connect(AddressOf(server), handler) { Reconnect = Late });
        Reset(peer);
        Assert.Equal(CloseReason.Error, ExpectMsg<ConnectorProtocol.Disconnected>(Limit).Reason.Reason);
        await AwaitPhaseAsync(connector, ConnectorPhase.Leaving);
        connector.Tell(new Send("waits", 1), TestActor);
        Assert.Equal(5, (await DescribeAsyncOf(connector)).BytesWaiting);

        End(connector, ending);
        if (ending != Ending.Stop)
        {
            await AwaitPhaseAsync(connector, ConnectorPhase.Closing);
        }

        gate.Set();
        var messages = ReceiveToEnd(connector);
        Assert.Equal(ending == Ending.Stop ? CloseReason.ConnectionStopped : CloseReason.Error, Assert.Single(messages.OfType<ConnectorProtocol.Closed>()).Reason);
        Assert.Equal(1, Assert.Single(messages.OfType<ConnectionProtocol.SendFailed>()).Token);
        Assert.Empty(messages.OfType<ConnectorProtocol.Disconnected>());
    }

    [Theory]
    [InlineData(Ending.Close)]
    [InlineData(Ending.Abort)]
    [InlineData(Ending.Stop)]
    public async Task Connector_can_be_ended_while_it_already_closes(Ending ending)
    {
        using var server = ListenAt();
        var (connector, connection, peer) = await StartConnectedAsync(server, To(AddressOf(server)));
        // More than the kernel accepts, so the close has to wait for the peer, which does not read.
        for (var i = 0; i < 20; i++)
        {
            connector.Tell(new Send(new byte[800_000], i), TestActor);
        }

        connector.Tell(ConnectorProtocol.Close.Instance, TestActor);
        connector.Tell(new Send("late", "late"), TestActor);
        await AwaitPhaseAsync(connector, ConnectorPhase.Closing);
        Assert.Equal(ConnectionPhase.Flushing, (await DescribeAsync(connection)).Phase);

        End(connector, ending);
        if (ending == Ending.Close)
        {
            _ = ReadToEndAsync(peer);
        }

        var messages = ReceiveToEnd(connector);
        Assert.Equal(ReasonOf(ending), Assert.Single(messages.OfType<ConnectorProtocol.Closed>()).Reason);
        Assert.Single(messages.OfType<ConnectorProtocol.Disconnected>());
        var outcomes = messages.Select(TokenOf).OfType<object>().ToList();
        Assert.Equal(outcomes.Count, outcomes.Distinct().Count());
        Assert.Equal(21, outcomes.Count);
        peer.Dispose();
    }

    [Fact]
    public async Task Killed_connection_is_reported_as_Closed_by_the_connector()
    {
        using var server = ListenAt();
        var (connector, connection, peer) = await StartConnectedAsync(server, To(AddressOf(server)));

        connection.Tell(Kill.Instance, TestActor);

        var messages = ReceiveToEnd(connector);
        Assert.Equal(CloseReason.ConnectionStopped, Assert.IsType<ConnectorProtocol.Closed>(messages[^1]).Reason);
        Assert.True(await EchoClient.IsEndedByServerAsync(peer, LimitToken()));
        peer.Dispose();
    }

    [Fact]
    public void Connection_that_cannot_start_is_reported_as_Closed_by_the_connector() => ChildProcess.Run(FailToStart);

    private static void FailToStart() => FailToStartAsync().GetAwaiter().GetResult();

    private static async Task FailToStartAsync()
    {
        using var listener = new ActivityListener { ShouldListenTo = source => source.Name == "ActorTcp", Sample = Fail };
        ActivitySource.AddActivityListener(listener);
        using var system = ActorSystem.Create("start", "actortcp.loops = 1\nakka.loglevel = OFF\nakka.stdout-loglevel = OFF");
        using var server = ListenAt();
        var events = new ConcurrentQueue<object>();
        var owner = system.ActorOf(Props.Create(() => new Outlet(events)));

        system.ActorTcp().Manager.Tell(new ConnectorProtocol.Connect(AddressOf(server), Props.Create<EchoHandler>()), owner);

        await Eventually.HoldsAsync(() => events.LastOrDefault() is ConnectorProtocol.Closed { Reason: CloseReason.ConnectionStopped });
        Assert.Single(events.OfType<ConnectorProtocol.Connected>());
        Assert.Single(events.OfType<ConnectorProtocol.Disconnected>());

        static ActivitySamplingResult Fail(ref ActivityCreationOptions<ActivityContext> options) => throw new InvalidOperationException("a listener of the user's");
    }

    private sealed class Outlet : ReceiveActor
    {
        public Outlet(ConcurrentQueue<object> events) => ReceiveAny(events.Enqueue);
    }

    [Fact]
    public async Task Connector_that_fails_keeps_its_connection()
    {
        using var server = ListenAt();
        var (connector, _, peer) = await StartConnectedAsync(server, To(AddressOf(server)));

        connector.Tell(Kill.Instance, TestActor);
        connector.Tell(new Send("alive", 1), TestActor);

        Assert.Equal("alive", await ReadTextAsync(peer, 5));
        ExpectMsg<ConnectionProtocol.Sent>(Limit);
        peer.Dispose();
    }

    private static object? TokenOf(object message) => message switch
    {
        ConnectionProtocol.Sent sent => sent.Token,
        ConnectionProtocol.SendFailed failed => failed.Token,
        _ => null,
    };

    private static CloseReason ReasonOf(Ending ending) => ending switch
    {
        Ending.Close => CloseReason.Closed,
        Ending.Abort => CloseReason.Aborted,
        Ending.Stop => CloseReason.ConnectionStopped,
        _ => CloseReason.HandlerStopped,
    };

    private void End(IActorRef connector, Ending ending)
    {
        switch (ending)
        {
            case Ending.Close:
                connector.Tell(ConnectorProtocol.Close.Instance, TestActor);
                break;
            case Ending.Abort:
                connector.Tell(ConnectorProtocol.Abort.Instance, TestActor);
                break;
            case Ending.Stop:
                Sys.Stop(connector);
                break;
            default:
                Sys.Stop(Handler.Ref);
                break;
        }
    }

    private async Task EndWithWaitingSendsAsync(IActorRef connector, Ending ending)
    {
        connector.Tell(new Send(new byte[60], 1), TestActor);
        connector.Tell(new Send(new byte[60], 2), TestActor);
        Assert.Equal((2, Errno.ENOBUFS), ExpectMsg<ConnectionProtocol.SendFailed>(Limit) is var failed ? (failed.Token, failed.Errno) : default);
        connector.Tell(new Send(new byte[40]), TestActor);
        Assert.Equal(100, (await DescribeAsyncOf(connector)).BytesWaiting);

        End(connector, ending);

        var messages = ReceiveToEnd(connector);
        Assert.Equal([1, null], messages.OfType<ConnectionProtocol.SendFailed>().Select(failed => failed.Token));
        Assert.Equal(ReasonOf(ending), Assert.Single(messages.OfType<ConnectorProtocol.Closed>()).Reason);
        Assert.Equal(3, messages.Count);
    }

    private sealed class HoldsClosed : ReceiveActor
    {
        public HoldsClosed(ManualResetEventSlim gate)
        {
            Receive<ConnectionProtocol.Closed>(_ => gate.Wait(Limit));
            ReceiveAny(_ => { });
        }
    }
}
