namespace ActorTcp.Tests.Connectors;

/// <summary>Lost connections, and the reconnection after them.</summary>
public sealed class ConnectorReconnectTests(ITestOutputHelper output) : ConnectorTestKit(output)
{
    [Fact]
    public async Task One_handler_actor_handles_each_reconnection_to_servers_that_stop()
    {
        var server = ListenAt();
        var address = AddressOf(server);
        var connector = Start(To(address) with { Reconnect = Soon });
        for (var life = 0; life < 5; life++)
        {
            using var peer = await AcceptAsync(server);
            server.Dispose();
            var connected = FishForMessage<ConnectorProtocol.Connected>(_ => true, Limit);
            Assert.Equal(connected.Connection, Handler.ExpectMsg<ConnectionProtocol.Connected>(Limit).Connection);
            await SendAsync(peer, "hello");
            Handler.ExpectMsg<Received>(received => Assert.Equal(0, received.Offset), Limit);
            connector.Tell(new Send("answer"), TestActor);
            Assert.Equal("answer", await ReadTextAsync(peer, 6));

            Reset(peer);
            Assert.Equal(Errno.ECONNRESET, Handler.ExpectMsg<ConnectionProtocol.Closed>(Limit).Errno);
            Assert.Equal(connected.Connection, ExpectMsg<ConnectorProtocol.Disconnected>(Limit).Connection);
            Assert.Equal(Errno.ECONNRESET, ExpectMsg<ConnectorProtocol.Reconnecting>(Limit).Errno);
            // Nothing listens: the connector keeps trying.
            Assert.Equal(Errno.ECONNREFUSED, ExpectMsg<ConnectorProtocol.Reconnecting>(Limit).Errno);
            server = ListenAt(address.ToIPEndPoint());
        }

        using var last = await AcceptAsync(server);
        connector.Tell(ConnectorProtocol.Close.Instance, TestActor);
        ReceiveToEnd(connector);
        server.Dispose();
    }

    [Fact]
    public async Task Props_create_a_handler_for_each_connection()
    {
        using var server = ListenAt();
        var made = new HandlerRecord();
        var connect = new ConnectorProtocol.Connect(AddressOf(server), Props.Create(() => new RecordingHandler(made, ProcessingStyle.Hooks))) { Reconnect = Soon };
        var connector = Start(connect);
        for (var life = 1; life <= 3; life++)
        {
            using var peer = await AcceptAsync(server);
            ExpectMsg<ConnectorProtocol.Connected>(Limit);
            await UntilAsync(() => made.Instances == life);
            peer.Shutdown(SocketShutdown.Send);
            Assert.Equal(CloseReason.PeerClosed, ExpectMsg<ConnectorProtocol.Disconnected>(Limit).Reason.Reason);
            Assert.Equal(life, ExpectMsg<ConnectorProtocol.Reconnecting>(Limit).Attempt);
        }

        connector.Tell(ConnectorProtocol.Abort.Instance, TestActor);
        ReceiveToEnd(connector);
    }

    [Fact]
    public async Task TcpHandler_restarted_at_the_end_of_a_connection_receives_all_of_the_next_one()
    {
        using var server = ListenAt();
        var record = new HandlerRecord();
        var handler = Sys.ActorOf(Props.Create(() => new RecordingHandler(record, ProcessingStyle.Hooks)));
        var connector = Start(new ConnectorProtocol.Connect(AddressOf(server)) { HandlerActor = handler, Reconnect = Soon });
        using var first = await AcceptAsync(server);
        ExpectMsg<ConnectorProtocol.Connected>(Limit);
        await record.Started.Task.WaitAsync(Limit);
        Reset(first);
        await record.Ended.Task.WaitAsync(Limit);
        record.FailAt(HandlerPlace.Other, 1);
        handler.Tell(new RecordingHandler.Fail(), TestActor);
        await UntilAsync(() => record.Instances == 2);

        using var second = await AcceptAsync(server);
        await SendAsync(second, "all of it");

        await UntilAsync(() => record.Taken.Length == 9);
        Assert.Null(record.Fault);
        Sys.Stop(connector);
    }

    [Theory]
    [InlineData("Close")]
    [InlineData("Abort")]
    [InlineData("Stop")]
    public async Task Connector_ends_when_the_handler_ends_the_connection(string end)
    {
        using var server = ListenAt();
        var (connector, connection, peer) = await StartConnectedAsync(server, To(AddressOf(server)) with { Reconnect = Soon });
        Handler.ExpectMsg<ConnectionProtocol.Connected>(Limit);
        switch (end)
        {
            case "Close":
                connection.Tell(ConnectionProtocol.Close.Instance, Handler.Ref);
                break;
            case "Abort":
                connection.Tell(ConnectionProtocol.Abort.Instance, Handler.Ref);
                break;
            default:
                Sys.Stop(Handler.Ref);
                break;
        }

        Assert.IsType<ConnectorProtocol.Closed>(ReceiveToEnd(connector)[^1]);
        peer.Dispose();
    }

    [Fact]
    public void Connector_makes_no_more_attempts_than_MaxAttempts()
    {
        var resolver = new ScriptedResolver(Refusing);

        var messages = ReceiveToEnd(Start(To(resolver) with { Reconnect = Soon with { MaxAttempts = 3 } }));

        Assert.Equal([1, 2, 3], messages.OfType<ConnectorProtocol.Reconnecting>().Select(reconnecting => reconnecting.Attempt));
        Assert.Equal(Errno.ECONNREFUSED, Assert.IsType<ConnectorProtocol.ConnectFailed>(messages[^1]).Errno);
        Assert.Equal(4, messages.Count);
        Assert.Equal(4, resolver.Lookups);
    }

    [Fact]
    public void Connector_starts_no_attempt_after_MaxTime()
    {
        var before = Environment.TickCount64;

        var messages = ReceiveToEnd(Start(To(Refusing) with { Reconnect = new(TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1), 4, 0, MaxTime: TimeSpan.FromSeconds(1)) }));

        // 10, 40, 160, 640 ms; the next attempt would start after more than a second.
        Assert.InRange(messages.Count - 1, 1, 4);
        Assert.InRange(Environment.TickCount64 - before, 0, 30_000);
    }

    [Fact]
    public async Task Long_connection_resets_the_attempt_count_and_a_short_one_does_not()
    {
        foreach (var (resetAfter, attempts) in new[] { (TimeSpan.Zero, new[] { 1, 1, 1 }), (TimeSpan.FromMinutes(10), [1, 2, 3]) })
        {
            // A separate server, because the next attempt may already be in the backlog when the connector is aborted.
            using var server = ListenAt();
            var connector = Start(To(AddressOf(server)) with { Reconnect = Soon with { ResetAfter = resetAfter } });
            foreach (var attempt in attempts)
            {
                using var peer = await AcceptAsync(server);
                ExpectMsg<ConnectorProtocol.Connected>(Limit);
                Reset(peer);
                ExpectMsg<ConnectorProtocol.Disconnected>(Limit);
                Assert.Equal(attempt, ExpectMsg<ConnectorProtocol.Reconnecting>(Limit).Attempt);
            }

            connector.Tell(ConnectorProtocol.Abort.Instance, TestActor);
            FishForMessage<Terminated>(_ => true, Limit);
        }
    }

    [Fact]
    public async Task Connector_gives_up_a_resetting_server_after_MaxAttempts_and_growing_delays()
    {
        using var server = ListenAt();
        var dropping = DropAllAsync(server);

        var policy = new ReconnectPolicy(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(1), Jitter: 0, MaxAttempts: 3);
        var messages = ReceiveToEnd(Start(To(AddressOf(server)) with { Reconnect = policy }));

        Assert.Equal(4, messages.OfType<ConnectorProtocol.Connected>().Count());
        Assert.Equal(
            [(1, 10.0), (2, 20.0), (3, 40.0)],
            messages.OfType<ConnectorProtocol.Reconnecting>().Select(reconnecting => (reconnecting.Attempt, reconnecting.In.TotalMilliseconds)));
        Assert.Equal(CloseReason.PeerClosed, Assert.IsType<ConnectorProtocol.Closed>(messages[^1]).Reason);
        server.Dispose();
        await dropping.WaitAsync(Limit);
    }

    [Fact]
    public void Reconnect_delays_grow_by_the_factor_to_the_maximum_with_bounded_jitter()
    {
        var policy = new ReconnectPolicy(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), 2, 0.25);
        double[] longest = [1, 2, 4, 8, 10, 10];
        for (var attempt = 1; attempt <= longest.Length; attempt++)
        {
            Assert.Equal(longest[attempt - 1], policy.WaitBefore(attempt, 0).TotalSeconds);
            Assert.Equal(longest[attempt - 1] * 0.75, policy.WaitBefore(attempt, 1).TotalSeconds, 6);
        }

        Assert.Equal(10, policy.WaitBefore(int.MaxValue, 0).TotalSeconds);
    }

    [Fact]
    public void Same_seed_gives_the_same_delays()
    {
        var policy = Soon with { MaxAttempts = 5, Seed = 4711 };

        var first = Waits();

        Assert.Equal(5, first.Count);
        Assert.Equal(first, Waits());

        List<TimeSpan> Waits() =>
            [.. ReceiveToEnd(Start(To(Refusing) with { Reconnect = policy })).OfType<ConnectorProtocol.Reconnecting>().Select(reconnecting => reconnecting.In)];
    }

    private static async Task DropAllAsync(Socket server)
    {
        try
        {
            while (true)
            {
                // A reset could arrive before the connector has noticed that it is connected.
                (await server.AcceptAsync()).Dispose();
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
