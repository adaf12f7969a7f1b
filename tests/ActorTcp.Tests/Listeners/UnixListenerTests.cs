using System.Runtime.Versioning;

namespace ActorTcp.Tests.Listeners;

/// <summary>Listeners on Unix sockets: their files, their options, and the credentials of their clients.</summary>
public sealed class UnixListenerTests(ITestOutputHelper output) : ConnectionTestKit(output, stillClock: false)
{
    private readonly UnixSockets _sockets = new();

    private string Path => _sockets.Path;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Server_echoes_over_a_path_and_over_an_abstract_name(bool isAbstract)
    {
        var path = isAbstract ? UnixSockets.AbstractName() : Path;
        var bound = Bind(new ListenerProtocol.Bind($"unix:{path}", 0, Props.Create<EchoHandler>()));

        Assert.Equal(SockAddr.Unix(path), bound.LocalAddress);
        using var client = await UnixSockets.ConnectAsync(path, LimitToken());
        await EchoClient.EchoAsync(client, 3_000_000, 1, 100_000, LimitToken());
    }

    [Fact]
    public async Task Handler_receives_the_credentials_of_the_peer()
    {
        var (_, connection, connected) = await RegisteredAtAsync(new ListenerProtocol.Bind(SockAddr.Unix(Path)));

        Assert.Equal(Environment.ProcessId, connected.PeerCredentials!.ProcessId);
        Assert.Equal((SockAddr.Unix(Path), SockAddr.Parse("unix:")), (connected.LocalAddress, connected.RemoteAddress));
        var description = await DescribeAsync(connection);
        Assert.Equal((connected.PeerCredentials, TcpState.Established, TimeSpan.Zero), (description.PeerCredentials, description.State, description.RoundTrip));
        connection.Tell(new ConnectionProtocol.GetOption(SocketValue.PeerCredentials), TestActor);
        Assert.Equal(connected.PeerCredentials, ExpectMsg<ConnectionProtocol.OptionValue>(Limit).Reading.Credentials);
    }

    [Fact]
    public async Task TCP_connection_has_no_credentials()
    {
        var (_, connection) = await AcceptAsync();
        connection.Tell(new ConnectionProtocol.Register(TestActor), TestActor);

        Assert.Null(ExpectMsg<ConnectionProtocol.Connected>(Limit).PeerCredentials);
        connection.Tell(new ConnectionProtocol.GetOption(SocketValue.PeerCredentials), TestActor);
        Assert.Equal(Errno.EOPNOTSUPP, ExpectMsg<ConnectionProtocol.OptionFailed>(Limit).Errno);
    }

    [Fact]
    public void Unbind_removes_the_file()
    {
        var bound = Bind(new ListenerProtocol.Bind(SockAddr.Unix(Path)));
        Assert.True(File.Exists(Path));

        bound.Listener.Tell(ListenerProtocol.Unbind.Instance, TestActor);

        ExpectMsg<ListenerProtocol.Unbound>(Limit);
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public void Unbind_leaves_the_file_that_has_replaced_its_own()
    {
        var first = Bind(new ListenerProtocol.Bind(SockAddr.Unix(Path)));
        File.Delete(Path);
        Bind(new ListenerProtocol.Bind(SockAddr.Unix(Path)));

        first.Listener.Tell(ListenerProtocol.Unbind.Instance, TestActor);

        ExpectMsg<ListenerProtocol.Unbound>(Limit);
        Assert.True(File.Exists(Path));
    }

    [Fact]
    public async Task Stale_file_is_replaced()
    {
        _sockets.LeaveStaleFile();
        Assert.True(File.Exists(Path));

        Bind(new ListenerProtocol.Bind(SockAddr.Unix(Path), Props.Create<EchoHandler>()));

        using var client = await UnixSockets.ConnectAsync(Path, LimitToken());
        await EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());
    }

    [Fact]
    public async Task Path_of_a_live_server_fails_with_EADDRINUSE_and_the_server_stays()
    {
        Bind(new ListenerProtocol.Bind(SockAddr.Unix(Path), Props.Create<EchoHandler>()));

        Assert.Equal(Errno.EADDRINUSE, FailToBind(new ListenerProtocol.Bind(SockAddr.Unix(Path))).Errno);

        using var client = await UnixSockets.ConnectAsync(Path, LimitToken());
        await EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());
    }

    [Fact]
    public async Task Path_of_a_server_with_a_full_backlog_fails_with_EADDRINUSE()
    {
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        server.Bind(UnixSockets.EndPointOf(Path));
        server.Listen(0);
        using var waiting = await UnixSockets.ConnectAsync(Path, LimitToken());

        Assert.Equal(Errno.EADDRINUSE, FailToBind(new ListenerProtocol.Bind(SockAddr.Unix(Path))).Errno);
        Assert.True(File.Exists(Path));
    }

    [Fact]
    public void File_that_is_not_a_socket_is_kept()
    {
        File.WriteAllText(Path, "precious");

        var failed = FailToBind(new ListenerProtocol.Bind(SockAddr.Unix(Path)));

        Assert.Equal(Errno.EADDRINUSE, failed.Errno);
        Assert.Contains($"unix:{Path}", failed.Text, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(Path));
    }

    [Fact]
    public void Symbolic_link_to_a_stale_socket_is_kept()
    {
        _sockets.LeaveStaleFile();
        var link = $"{Path}.link";
        File.CreateSymbolicLink(link, Path);

        Assert.Equal(Errno.EADDRINUSE, FailToBind(new ListenerProtocol.Bind(SockAddr.Unix(link))).Errno);
        Assert.True(File.Exists(Path) && File.Exists(link));
    }

    [Theory]
    [InlineData("unix:", Errno.EINVAL)]
    [InlineData("unix:/no/such/directory/x", Errno.ENOENT)]
    public void Address_that_cannot_be_bound_fails_with_its_errno(string address, Errno errno) =>
        Assert.Equal(errno, FailToBind(new ListenerProtocol.Bind(SockAddr.Parse(address))).Errno);

    [Theory]
    [InlineData("unix:@x", 1)]
    [InlineData("unix:@", 0)]
    public void Bind_throws_for_a_port_and_for_a_bad_path(string host, int port) =>
        Assert.ThrowsAny<ArgumentException>(() => new ListenerProtocol.Bind(host, port));

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Mode_of_the_file_is_that_of_the_Bind()
    {
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

        Bind(new ListenerProtocol.Bind(SockAddr.Unix(Path)) { UnixMode = mode });

        Assert.Equal(mode, File.GetUnixFileMode(Path));
    }

    [Theory]
    [InlineData("0600", true)]
    [InlineData("1000", false)]
    [InlineData("u+rw", false)]
    public void Mode_is_read_in_octal(string mode, bool isValid)
    {
        var config = Akka.Configuration.ConfigurationFactory.ParseString($"actortcp.listener.unix-mode = {mode}");
        if (isValid)
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, ActorTcpSettings.Read(config).Listener.UnixMode);
        }
        else
        {
            Assert.Contains("unix-mode", Assert.Throws<Akka.Configuration.ConfigurationException>(() => ActorTcpSettings.Read(config)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Options_of_TCP_are_skipped_at_the_bind_and_refused_by_message()
    {
        var bind = new ListenerProtocol.Bind(SockAddr.Unix(Path)) { Device = "lo", IPv6Only = true, RecvBufferSize = 20_000 };
        var (_, connection, _) = await RegisteredAtAsync(bind);

        connection.Tell(new ConnectionProtocol.SetOption(new SocketOption.NoDelay(true)), TestActor);
        Assert.Equal(Errno.EOPNOTSUPP, ExpectMsg<ConnectionProtocol.OptionFailed>(Limit).Errno);
        connection.Tell(new ConnectionProtocol.SetOption(new SocketOption.SendBufferSize(30_000)), TestActor);
        ExpectMsg<ConnectionProtocol.OptionSet>(Limit);
    }

    [Fact]
    public void More_ports_of_a_Unix_socket_are_refused_with_EOPNOTSUPP()
    {
        var bound = Bind(new ListenerProtocol.Bind(SockAddr.Unix(Path)));

        bound.Listener.Tell(new ListenerProtocol.SetPorts(2), TestActor);

        Assert.Equal(Errno.EOPNOTSUPP, ExpectMsg<ListenerProtocol.CommandFailed>(Limit).Errno);
    }

    [Fact]
    public async Task Peer_that_ends_its_stream_receives_the_last_bytes_and_the_end()
    {
        var (client, connection, _) = await RegisteredAtAsync(new ListenerProtocol.Bind(SockAddr.Unix(Path)), keepOpen: true);
        await SendAsync(client, "last");
        client.Shutdown(SocketShutdown.Send);

        ReceiveBytes(4);
        ExpectMsg<ConnectionProtocol.PeerEof>(Limit);
        connection.Tell(new Send("answer"), TestActor);
        connection.Tell(ConnectionProtocol.Close.Instance, TestActor);

        Assert.Equal("answer", Encoding.UTF8.GetString(await ReadToEndAsync(client)));
        Assert.Equal(0, ExpectMsg<ConnectionProtocol.Closed>(Limit).UnsentBytes);
    }

    [Fact]
    public async Task Detached_Unix_connection_can_be_adopted()
    {
        var (client, connection, _) = await RegisteredAtAsync(new ListenerProtocol.Bind(SockAddr.Unix(Path)));
        connection.Tell(new ConnectionProtocol.Detach(TestActor), TestActor);
        var detached = ExpectMsg<ConnectionProtocol.Detached>(Limit);
        ExpectMsg<ConnectionProtocol.Closed>(Limit);

        Sys.ActorTcp().Manager.Tell(new AdoptionProtocol.Adopt(detached, Props.Create<EchoHandler>()), TestActor);

        Assert.Equal(SockAddr.Unix(Path), ExpectMsg<AdoptionProtocol.Adopted>(Limit).LocalAddress);
        await EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _sockets.Dispose();
    }

    private ListenerProtocol.Bound Bind(ListenerProtocol.Bind bind)
    {
        Sys.ActorTcp().Manager.Tell(bind, TestActor);
        return ExpectMsg<ListenerProtocol.Bound>(Limit);
    }

    private ListenerProtocol.BindFailed FailToBind(ListenerProtocol.Bind bind)
    {
        Sys.ActorTcp().Manager.Tell(bind, TestActor);
        return ExpectMsg<ListenerProtocol.BindFailed>(Limit);
    }

    private async Task<(Socket Client, IActorRef Connection, ConnectionProtocol.Connected Connected)> RegisteredAtAsync(ListenerProtocol.Bind bind, bool keepOpen = false)
    {
        Bind(bind);
        // The tests that ignore the client must not lose it to a garbage collection.
        var client = await OverTlsOrNotAsync(await UnixSockets.ConnectAsync(Path, LimitToken()));
        var connection = ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit).Connection;
        connection.Tell(new ConnectionProtocol.Register(TestActor, new HandlerOptions { KeepOpenOnPeerEof = keepOpen }), TestActor);
        return (client, connection, ExpectMsg<ConnectionProtocol.Connected>(Limit));
    }
}
