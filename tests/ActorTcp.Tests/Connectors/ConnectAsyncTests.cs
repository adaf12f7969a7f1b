namespace ActorTcp.Tests.Connectors;

/// <summary>Connecting with one answer or one task, and from a local address.</summary>
public sealed class ConnectAsyncTests(ITestOutputHelper output) : ConnectorTestKit(output)
{
    [Fact]
    public async Task Ask_of_a_Connect_is_answered_by_Connected()
    {
        using var server = ListenAt();

        var connected = await Sys.ActorTcp().Manager.Ask<ConnectorProtocol.Connected>(To(AddressOf(server)), Limit);

        using var peer = await AcceptAsync(server);
        Assert.Equal(AddressOf(server), connected.RemoteAddress);
        connected.Connector.Tell(new Send("alive"), TestActor);
        Assert.Equal("alive", await ReadTextAsync(peer, 5));
    }

    [Fact]
    public async Task Ask_of_a_Connect_that_fails_is_answered_by_ConnectFailed()
    {
        var answer = await Sys.ActorTcp().Manager.Ask<object>(To(Refusing), Limit);

        Assert.Equal(Errno.ECONNREFUSED, Assert.IsType<ConnectorProtocol.ConnectFailed>(answer).Errno);
    }

    [Fact]
    public async Task Ask_of_a_Connect_that_reconnects_waits_through_failed_attempts()
    {
        using var server = ListenAt();
        var lookups = 0;
        var resolver = new ScriptedResolver(_ => Task.FromResult<IReadOnlyList<SockAddr>>([lookups++ < 2 ? Refusing : AddressOf(server)]));

        var connected = await Sys.ActorTcp().Manager.Ask<ConnectorProtocol.Connected>(To(resolver) with { Reconnect = Soon }, Limit);

        Assert.Equal((AddressOf(server), 3), (connected.RemoteAddress, resolver.Lookups));
    }

    [Fact]
    public async Task Ask_of_a_Connect_that_wants_Started_is_answered_by_Started()
    {
        using var server = ListenAt();

        var started = await Sys.ActorTcp().Manager.Ask<ConnectorProtocol.Started>(To(AddressOf(server)) with { NotifyStarted = true }, Limit);

        await AwaitPhaseAsync(started.Connector, ConnectorPhase.Up);
    }

    [Fact]
    public async Task Sender_that_does_not_want_Started_receives_Connected_first()
    {
        using var server = ListenAt();

        Sys.ActorTcp().Manager.Tell(To(AddressOf(server)) with { NotifyStarted = false }, TestActor);

        ExpectMsg<ConnectorProtocol.Connected>(Limit);
        using var peer = await AcceptAsync(server);
    }

    [Fact]
    public async Task Ask_of_a_Connect_without_a_handler_fails_with_EINVAL()
    {
        var answer = await Sys.ActorTcp().Manager.Ask<object>(new ConnectorProtocol.Connect(Refusing), Limit);

        Assert.Equal(Errno.EINVAL, Assert.IsType<ConnectorProtocol.ConnectFailed>(answer).Errno);
    }

    [Fact]
    public async Task ConnectAsync_returns_the_connection_and_its_connector()
    {
        using var server = ListenAt();

        var connected = await Sys.ActorTcp().ConnectAsync(To(AddressOf(server)), LimitToken());

        using var peer = await AcceptAsync(server);
        Handler.ExpectMsg<ConnectionProtocol.Connected>(Limit);
        connected.Connection.Tell(new Send("alive"), TestActor);
        Assert.Equal("alive", await ReadTextAsync(peer, 5));
        Assert.Equal(ConnectorPhase.Up, (await DescribeAsyncOf(connected.Connector)).Phase);
    }

    [Fact]
    public async Task ConnectAsync_as_on_the_page_connects_by_name()
    {
        var (system, handler, cancellation) = (Sys, Props.Create<EchoHandler>(), LimitToken());
        using var server = ListenAt(new IPEndPoint(IPAddress.Loopback, 0));
        var port = AddressOf(server).Port;

        var connected = await system.ActorTcp().ConnectAsync(new ConnectorProtocol.Connect("localhost", port, handler), cancellation);
        connected.Connection.Tell(new Send("hello"));

        using var peer = await AcceptAsync(server);
        Assert.Equal("hello", await ReadTextAsync(peer, 5));
    }

    [Fact]
    public async Task ConnectAsync_throws_with_host_errno_and_each_address()
    {
        var failure = await Assert.ThrowsAsync<TcpConnectException>(() => Sys.ActorTcp().ConnectAsync(To(Refusing), LimitToken()));

        Assert.Equal((Refusing.Addr, Refusing.Port, Errno.ECONNREFUSED), (failure.Host, failure.Port, failure.Errno));
        Assert.Equal(Refusing, Assert.Single(failure.Attempts).Address);
        Assert.Contains($"{Refusing}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectAsync_that_is_cancelled_stops_the_attempt()
    {
        var resolver = ScriptedResolver.Hanging();
        using var cancellation = new CancellationTokenSource();
        var connecting = Sys.ActorTcp().ConnectAsync(To(resolver) with { Timeout = TimeSpan.FromMinutes(10) }, cancellation.Token);
        await resolver.Started.Task.WaitAsync(Limit);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        await resolver.Cancelled.Task.WaitAsync(Limit);
    }

    [Fact]
    public async Task ConnectAsync_that_is_cancelled_later_leaves_the_connection()
    {
        using var server = ListenAt();
        using var cancellation = new CancellationTokenSource();
        var connected = await Sys.ActorTcp().ConnectAsync(To(AddressOf(server)), cancellation.Token);
        using var peer = await AcceptAsync(server);

        await cancellation.CancelAsync();

        connected.Connection.Tell(new Send("alive"), TestActor);
        Assert.Equal("alive", await ReadTextAsync(peer, 5));
    }

    [Fact]
    public async Task ConnectAsync_of_a_system_that_terminates_throws()
    {
        var system = ActorSystem.Create("ends", "akka { loglevel = OFF, stdout-loglevel = OFF, loggers = [] }\nactortcp { loops = 1, drain-timeout = 0s }");
        using var full = new FullBacklog();
        var tcp = system.ActorTcp();
        var connecting = tcp.ConnectAsync(new ConnectorProtocol.Connect(full.Address, Props.Create<EchoHandler>()), LimitToken());

        await system.Terminate().WaitAsync(Limit);

        await Assert.ThrowsAsync<TcpConnectException>(() => connecting);
        Assert.Equal(
            Errno.ESHUTDOWN,
            (await Assert.ThrowsAsync<TcpConnectException>(() => tcp.ConnectAsync(new ConnectorProtocol.Connect(full.Address, Props.Create<EchoHandler>()), LimitToken()))).Errno);
    }

    [Fact]
    public async Task Connect_from_a_local_address_and_port_comes_from_there()
    {
        using var server = ListenAt();
        using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reserved.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        reserved.Bind(new IPEndPoint(LoopbackAddress.Next(), 0));
        SockAddr local = (IPEndPoint)reserved.LocalEndPoint!;
        reserved.Dispose();

        var connected = await Sys.ActorTcp().ConnectAsync(To(AddressOf(server)) with { LocalAddress = local }, LimitToken());

        using var peer = await AcceptAsync(server);
        Assert.Equal(local, connected.LocalAddress);
        Assert.Equal(local.ToIPEndPoint(), peer.RemoteEndPoint);
    }

    [Fact]
    public async Task Connect_from_a_local_address_with_port_0_gets_a_port_there()
    {
        using var server = ListenAt();
        var local = LoopbackAddress.Next();

        var connected = await Sys.ActorTcp().ConnectAsync(To(AddressOf(server)) with { LocalAddress = new IPEndPoint(local, 0) }, LimitToken());

        Assert.Equal(local.ToString(), connected.LocalAddress.Addr);
        Assert.NotEqual(0, connected.LocalAddress.Port);
    }

    [Fact]
    public async Task Connect_from_a_local_port_that_is_listened_on_fails_with_EADDRINUSE()
    {
        using var server = ListenAt();
        using var taken = ListenAt();

        var failure = await Assert.ThrowsAsync<TcpConnectException>(() =>
            Sys.ActorTcp().ConnectAsync(To(AddressOf(server)) with { LocalAddress = AddressOf(taken) }, LimitToken()));

        Assert.Equal(Errno.EADDRINUSE, failure.Errno);
        Assert.Contains($"from {AddressOf(taken)}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_from_an_address_of_another_machine_fails_with_EADDRNOTAVAIL()
    {
        using var server = ListenAt();

        var failure = await Assert.ThrowsAsync<TcpConnectException>(() =>
            Sys.ActorTcp().ConnectAsync(To(AddressOf(server)) with { LocalAddress = Tcp.SockAddr("198.51.100.1", 0) }, LimitToken()));

        Assert.Equal(Errno.EADDRNOTAVAIL, failure.Errno);
    }

    [Fact]
    public async Task Connect_from_an_address_of_the_other_family_fails_with_EAFNOSUPPORT()
    {
        var failure = await Assert.ThrowsAsync<TcpConnectException>(() =>
            Sys.ActorTcp().ConnectAsync(To(Refusing) with { LocalAddress = Tcp.SockAddr(Tcp.IN6ADDR_LOOPBACK, 0) }, LimitToken()));

        Assert.Equal(Errno.EAFNOSUPPORT, failure.Errno);
    }
}
