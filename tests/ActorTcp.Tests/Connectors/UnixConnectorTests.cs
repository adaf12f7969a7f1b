namespace ActorTcp.Tests.Connectors;

/// <summary>Connectors to Unix sockets.</summary>
public sealed class UnixConnectorTests(ITestOutputHelper output) : ConnectorTestKit(output)
{
    private readonly UnixSockets _sockets = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connector_reaches_a_path_and_an_abstract_name(bool isAbstract)
    {
        var path = isAbstract ? UnixSockets.AbstractName() : _sockets.Path;
        using var server = ListenAtPath(path, 5);

        var connector = Start(new ConnectorProtocol.Connect($"unix:{path}", 0) { HandlerActor = Handler.Ref });

        using var peer = await AcceptAsync(server);
        var connected = ExpectMsg<ConnectorProtocol.Connected>(Limit);
        Assert.Equal(SockAddr.Unix(path), connected.RemoteAddress);
        Assert.Equal(Environment.ProcessId, Handler.ExpectMsg<ConnectionProtocol.Connected>(Limit).PeerCredentials!.ProcessId);
        connector.Tell(new Send("hello"), TestActor);
        Assert.Equal("hello", await ReadTextAsync(peer, 5));
    }

    [Fact]
    public async Task Connector_to_a_SockAddr_reaches_a_listener()
    {
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(SockAddr.Unix(_sockets.Path), Props.Create<EchoHandler>()), TestActor);
        ExpectMsg<ListenerProtocol.Bound>(Limit);

        var connected = await Sys.ActorTcp().ConnectAsync(To(SockAddr.Unix(_sockets.Path)), LimitToken());
        connected.Connector.Tell(new Send("echo"), TestActor);

        Handler.ExpectMsg<ConnectionProtocol.Connected>(Limit);
        Assert.Equal("echo", Encoding.UTF8.GetString(Handler.ExpectMsg<Received>(Limit).Span));
    }

    [Fact]
    public void Missing_path_and_a_stale_one_fail_with_the_errno_of_the_kernel()
    {
        var failed = ExpectEnd<ConnectorProtocol.ConnectFailed>(Start(To(SockAddr.Unix(_sockets.Path))));
        Assert.Equal((Errno.ENOENT, $"unix:{_sockets.Path}"), (failed.Errno, failed.Host));
        Assert.Contains($"Cannot connect to unix:{_sockets.Path}: ", failed.Text, StringComparison.Ordinal);

        _sockets.LeaveStaleFile();
        Assert.Equal(Errno.ECONNREFUSED, ExpectEnd<ConnectorProtocol.ConnectFailed>(Start(To(SockAddr.Unix(_sockets.Path)))).Errno);
    }

    [Theory]
    [InlineData("unix:", 0, null, "it is empty")]
    [InlineData("unix:@", 0, null, "it is empty")]
    [InlineData("unix:@x", 80, null, "must be 0 for a Unix socket")]
    [InlineData("unix:@x", 0, "unix:@y", "the local address is unix:@y")]
    [InlineData("unix:@x", 0, "127.0.0.1:0", "no address of the family of the local address")]
    public void Connect_that_breaks_a_rule_fails_with_the_rule(string host, int port, string? local, string rule)
    {
        var connect = new ConnectorProtocol.Connect(host, port) { HandlerActor = Handler.Ref, LocalAddress = local is null ? null : SockAddr.Parse(local) };

        Assert.Contains(rule, ExpectEnd<ConnectorProtocol.ConnectFailed>(Start(connect)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_to_a_server_with_a_full_backlog_waits_until_it_has_room()
    {
        using var server = ListenAtPath(_sockets.Path, 0);
        using var first = await UnixSockets.ConnectAsync(_sockets.Path, LimitToken());
        var connector = Start(To(SockAddr.Unix(_sockets.Path)));
        Assert.Equal(ConnectorPhase.Connecting, (await DescribeAsyncOf(connector)).Phase);

        using var accepted = await AcceptAsync(server);

        ExpectMsg<ConnectorProtocol.Connected>(Limit);
    }

    [Fact]
    public async Task Connect_to_a_full_backlog_fails_with_ETIMEDOUT_at_its_time_out()
    {
        using var server = ListenAtPath(_sockets.Path, 0);
        using var first = await UnixSockets.ConnectAsync(_sockets.Path, LimitToken());

        var connector = Start(To(SockAddr.Unix(_sockets.Path)) with { Timeout = TimeSpan.FromMilliseconds(50) });

        Assert.Equal(Errno.ETIMEDOUT, ExpectEnd<ConnectorProtocol.ConnectFailed>(connector).Errno);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _sockets.Dispose();
    }

    private static Socket ListenAtPath(string path, int backlog)
    {
        var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        server.Bind(UnixSockets.EndPointOf(path));
        server.Listen(backlog);
        return server;
    }
}
