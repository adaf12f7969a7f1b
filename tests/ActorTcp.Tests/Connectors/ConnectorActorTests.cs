namespace ActorTcp.Tests.Connectors;

/// <summary>How a connector creates its connection, and why it fails.</summary>
public sealed class ConnectorActorTests(ITestOutputHelper output) : ConnectorTestKit(output)
{
    [Fact]
    public async Task Connector_starts_a_connection_with_the_given_handler()
    {
        using var server = ListenAt();
        var (connector, connection, peer) = await StartConnectedAsync(server, To(AddressOf(server)));

        var connected = Handler.ExpectMsg<ConnectionProtocol.Connected>(Limit);
        Assert.Equal(connection, connected.Connection);
        Assert.Equal(AddressOf(server), connected.RemoteAddress);
        Assert.Equal((IPEndPoint)peer.RemoteEndPoint!, connected.LocalAddress.ToIPEndPoint());
        await SendAsync(peer, "question");
        Handler.ExpectMsg<Received>(received => Assert.Equal("question"u8, received.Span), Limit);
        connection.Tell(new Send("answer", 1), TestActor);
        Assert.Equal("answer", await ReadTextAsync(peer, 6));
        ExpectMsg<ConnectionProtocol.Sent>(Limit);
        peer.Dispose();

        Handler.ExpectMsg<ConnectionProtocol.PeerEof>(Limit);
        Assert.Equal(CloseReason.PeerClosed, Handler.ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
        var messages = ReceiveToEnd(connector);
        Assert.Equal([typeof(ConnectorProtocol.Disconnected), typeof(ConnectorProtocol.Closed)], messages.Select(message => message.GetType()));
        Assert.Equal(CloseReason.PeerClosed, Assert.IsType<ConnectorProtocol.Closed>(messages[1]).Reason);
    }

    [Fact]
    public async Task Sender_of_a_Connect_without_a_handler_is_the_handler()
    {
        using var server = ListenAt();
        Sys.ActorTcp().Manager.Tell(new ConnectorProtocol.Connect(AddressOf(server)), TestActor);
        using var peer = await AcceptAsync(server);

        FishForMessage<ConnectionProtocol.Connected>(_ => true, Limit);
    }

    [Fact]
    public async Task Name_is_looked_up_and_a_Props_handler_is_created_on_the_connections_loop()
    {
        using var server = ListenAt(new IPEndPoint(IPAddress.Loopback, 0));
        var record = new HandlerRecord();
        var connect = new ConnectorProtocol.Connect("localhost", AddressOf(server).Port, Props.Create(() => new RecordingHandler(record, ProcessingStyle.Hooks)));
        var (_, connection, peer) = await StartConnectedAsync(server, connect);

        await SendAsync(peer, "abc");
        await UntilAsync(() => record.Taken.Length == 3);
        Assert.Equal(connection, (await record.Started.Task).Connection);
        peer.Dispose();
    }

    [Fact]
    public void Refused_connect_fails_with_ECONNREFUSED_and_the_address()
    {
        var failed = ExpectEnd<ConnectorProtocol.ConnectFailed>(Start(To(Refusing)));

        Assert.Equal(Errno.ECONNREFUSED, failed.Errno);
        Assert.Equal((Refusing, Errno.ECONNREFUSED), Assert.Single(failed.Attempts.Select(attempt => (attempt.Address, attempt.Errno))));
        Assert.Contains(Refusing.ToString(), failed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ConnectFailed_has_the_outcome_of_each_address()
    {
        using var full = new FullBacklog();
        // TCP has no broadcast, so the kernel has no route to this address.
        var unreachable = Tcp.SockAddr("255.255.255.255", 9)!;
        var connect = To(new ScriptedResolver(full.Address, unreachable, Refusing, Refusing)) with
        {
            // The others fail at once, even on a slow machine.
            Timeout = TimeSpan.FromSeconds(5),
            AttemptDelay = TimeSpan.FromMilliseconds(10),
        };

        var failed = ExpectEnd<ConnectorProtocol.ConnectFailed>(Start(connect));

        Assert.Equal(Errno.ETIMEDOUT, failed.Errno);
        Assert.Equal(
            [(unreachable, Errno.ENETUNREACH), (Refusing, Errno.ECONNREFUSED), (full.Address, Errno.ETIMEDOUT)],
            failed.Attempts.Select(attempt => (attempt.Address, attempt.Errno)));
        Assert.All(failed.Attempts, attempt => Assert.Contains(attempt.Text, failed.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Connect_that_hangs_fails_after_its_timeout()
    {
        using var full = new FullBacklog();

        var failed = ExpectEnd<ConnectorProtocol.ConnectFailed>(Start(To(full.Address) with { Timeout = TimeSpan.FromMilliseconds(100) }));

        Assert.Equal(Errno.ETIMEDOUT, failed.Errno);
    }

    [Fact]
    public async Task Lookup_that_hangs_fails_after_the_timeout_and_is_cancelled()
    {
        var resolver = ScriptedResolver.Hanging();

        var failed = ExpectEnd<ConnectorProtocol.ConnectFailed>(Start(To(resolver) with { Timeout = TimeSpan.FromMilliseconds(100) }));

        Assert.Equal(Errno.ETIMEDOUT, failed.Errno);
        Assert.Empty(failed.Attempts);
        await resolver.Cancelled.Task.WaitAsync(Limit);
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, Errno.ENOENT)]
    [InlineData(SocketError.NoData, Errno.ENOENT)]
    [InlineData(SocketError.TryAgain, Errno.EAGAIN)]
    [InlineData(SocketError.NoRecovery, Errno.EIO)]
    public void Failed_lookup_reports_its_error(SocketError error, Errno errno)
    {
        var resolver = new ScriptedResolver(_ => throw new SocketException((int)error));

        Assert.Equal(errno, ExpectEnd<ConnectorProtocol.ConnectFailed>(Start(To(resolver))).Errno);
    }

    [Fact]
    public void Name_without_an_address_fails_with_ENOENT() =>
        Assert.Equal(Errno.ENOENT, ExpectEnd<ConnectorProtocol.ConnectFailed>(Start(To(new ScriptedResolver()))).Errno);

    [SkippableTheory]
    [InlineData(Tcp.IN6ADDR_LOOPBACK, Tcp.INADDR_LOOPBACK)]
    [InlineData(Tcp.INADDR_LOOPBACK, Tcp.IN6ADDR_LOOPBACK)]
    public async Task Unreachable_address_family_delays_the_connect_by_only_one_attempt_delay(string nowhere, string good)
    {
        Skip.IfNot(Socket.OSSupportsIPv6, "this machine has no IPv6");
        using var full = new FullBacklog(nowhere);
        using var server = ListenAt(new IPEndPoint(IPAddress.Parse(good), 0));
        var connect = To(new ScriptedResolver(full.Address, AddressOf(server))) with { Timeout = TimeSpan.FromMinutes(10) };
        var before = Environment.TickCount64;

        var (connector, _, peer) = await StartConnectedAsync(server, connect);

        Assert.InRange(Environment.TickCount64 - before, 240, 30_000);
        peer.Dispose();
        ReceiveToEnd(connector);
        full.TakeOne();
    }

    [Fact]
    public async Task Failed_address_starts_the_next_attempt_at_once()
    {
        using var server = ListenAt();
        var connect = To(new ScriptedResolver(Refusing, AddressOf(server))) with { AttemptDelay = TimeSpan.FromMinutes(5), Timeout = TimeSpan.FromMinutes(10) };

        var (connector, _, peer) = await StartConnectedAsync(server, connect);

        peer.Dispose();
        ReceiveToEnd(connector);
    }

    [Fact]
    public void Connect_that_breaks_rules_reports_all_of_them()
    {
        var connect = new ConnectorProtocol.Connect(" ", 0, Props.Create<EchoHandler>())
        {
            HandlerActor = TestActor,
            Timeout = TimeSpan.Zero,
            AttemptDelay = TimeSpan.FromMilliseconds(9),
            QueueBytes = 2 << 20,
            Reconnect = new ReconnectPolicy(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), 0.5, 2, -1, TimeSpan.FromSeconds(-1)) { ResetAfter = TimeSpan.FromSeconds(-1) },
        };

        var failed = ExpectEnd<ConnectorProtocol.ConnectFailed>(Start(connect));

        Assert.Equal(Errno.EINVAL, failed.Errno);
        Assert.All(
            ["host", "port", "handler", "connect-timeout", "attempt-delay", "queue-bytes", "reconnect-min", "reconnect-factor",
                "reconnect-jitter", "reconnect-attempts", "reconnect-time", "reconnect-reset"],
            (string name) => Assert.Contains(name, failed.Text, StringComparison.Ordinal));
    }
}
