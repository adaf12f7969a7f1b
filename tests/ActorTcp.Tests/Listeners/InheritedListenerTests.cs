namespace ActorTcp.Tests.Listeners;

/// <summary>Listeners on sockets that the process has inherited from a service manager.</summary>
public sealed class InheritedListenerTests(ITestOutputHelper output) : ConnectionTestKit(output, stillClock: false)
{
    private readonly InheritedDescriptors _manager = new();
    private readonly UnixSockets _paths = new();

    [Fact]
    public async Task Listener_serves_all_sockets_of_a_name()
    {
        var (first, second) = (_manager.Listen("web"), _manager.Listen("web", isIPv6: true));
        var other = _manager.Listen("other");

        var bound = Bind(_manager.Inherit(), "web");

        Assert.Equal([first, second], bound.LocalAddresses.Select(address => address.ToIPEndPoint()));
        foreach (var address in new[] { first, second })
        {
            using var client = await EchoClient.ConnectAsync(address, LimitToken());
            await EchoClient.EchoAsync(client, 300_000, 1, 10_000, LimitToken());
        }

        using var waiting = await EchoClient.ConnectAsync(other, LimitToken());
        Assert.True(_manager.HasPending("other"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Listener_serves_an_inherited_Unix_socket_and_leaves_its_file(bool isAbstract)
    {
        var path = isAbstract ? UnixSockets.AbstractName() : _paths.Path;
        _manager.ListenOnUnix("web", path);

        var bound = Bind(_manager.Inherit(), "web");

        Assert.Equal(SockAddr.Unix(path), bound.LocalAddress);
        using (var client = await UnixSockets.ConnectAsync(path, LimitToken()))
        {
            await EchoClient.EchoAsync(client, 300_000, 1, 10_000, LimitToken());
        }

        Unbind(bound);
        Assert.Equal(!isAbstract, File.Exists(path));
    }

    [Fact]
    public async Task Description_has_the_name_and_no_backlog()
    {
        _manager.Listen("web");

        var description = await DescriptionOf(Bind(_manager.Inherit(), "web"));

        Assert.Equal(("web", 0, ListenerPhase.Listening), (description.InheritedName, description.Backlog, description.Phase));
        Assert.Null((await DescriptionOf(Listen(Props.Create<EchoHandler>()))).InheritedName);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Client_in_the_backlog_waits_for_the_next_process(bool drains)
    {
        var address = _manager.Listen("web");
        var bound = Bind(_manager.Inherit(), "web");
        bound.Listener.Tell(ListenerProtocol.PauseAccepting.Instance, TestActor);
        Assert.False((await DescriptionOf(bound)).Accepting);
        using var client = await EchoClient.ConnectAsync(address, LimitToken());
        await client.SendAsync("early"u8.ToArray());

        if (drains)
        {
            bound.Listener.Tell(new ListenerProtocol.Drain(TimeSpan.Zero), TestActor);
            Assert.Equal(new ListenerProtocol.Drained(0, 0, 0), ExpectMsg<ListenerProtocol.Drained>(Limit));
        }
        else
        {
            Unbind(bound);
        }

        Assert.True(_manager.HasPending("web"));
        Bind(_manager.Inherit(), "web");
        var answer = new byte[5];
        Assert.Equal(5, await client.ReceiveAsync(answer, LimitToken()));
        Assert.Equal("early"u8, answer);
    }

    [Fact]
    public async Task Listener_that_fails_keeps_its_inherited_sockets()
    {
        var address = _manager.Listen("web");
        var bound = Bind(_manager.Inherit(), "web");

        bound.Listener.Tell(Kill.Instance);

        Assert.Equal(ListenerPhase.Listening, (await DescriptionOf(bound)).Phase);
        using var client = await EchoClient.ConnectAsync(address, LimitToken());
        await EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());
    }

    [Fact]
    public void Sockets_can_be_taken_once_even_after_Unbind()
    {
        _manager.Listen("web");
        var inherited = _manager.Inherit();
        var bound = Bind(inherited, "web");

        var failed = FailToBind(inherited, "web");

        Assert.Equal(
            (Errno.EBUSY, "Cannot listen on the inherited sockets 'web': they are in use, or were taken before; the sockets of a name can be taken once"),
            (failed.Errno, failed.Text));
        Unbind(bound);
        Assert.Equal(Errno.EBUSY, FailToBind(inherited, "web").Errno);
    }

    [Fact]
    public void Unknown_name_fails_with_the_names_that_exist()
    {
        _manager.Listen("web");
        _manager.Listen("admin");

        var failed = FailToBind(_manager.Inherit(), "wep");

        Assert.Equal(
            (Errno.ENOENT, "Cannot listen on the inherited sockets 'wep': the process has inherited none with this name; it has web, admin"),
            (failed.Errno, failed.Text));
    }

    [Fact]
    public void Process_without_inherited_sockets_fails_with_the_reason()
    {
        var failed = FailToBind(null, "web");

        Assert.Equal(
            (Errno.ENOENT, "Cannot listen on the inherited sockets 'web': the process has inherited none: LISTEN_PID is not set"),
            (failed.Errno, failed.Text));
    }

    [Fact]
    public async Task Connected_socket_fails_to_bind_and_can_be_adopted()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var client = await EchoClient.ConnectAsync((IPEndPoint)server.LocalEndpoint, LimitToken());
        _manager.Add("connection", await server.AcceptSocketAsync(LimitToken()));
        var inherited = _manager.Inherit();

        var failed = FailToBind(inherited, "connection");

        Assert.Equal(Errno.EINVAL, failed.Errno);
        Assert.Contains("does not listen; a socket unit must have Accept=no", failed.Text, StringComparison.Ordinal);
        Sys.ActorTcp().Manager.Tell(new AdoptionProtocol.Adopt(Assert.Single(inherited.Take("connection")), Props.Create<EchoHandler>()), TestActor);
        Assert.Equal(client.LocalEndPoint, ExpectMsg<AdoptionProtocol.Adopted>(Limit).RemoteAddress.ToIPEndPoint());
        await EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());
    }

    [Fact]
    public void Datagram_socket_and_file_fail_to_bind()
    {
        _manager.Add("log", new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        using var file = File.OpenRead("/dev/null");
        var notSocket = new InheritedSockets(new InheritedVariables(1, ["file"], null), [TestLibc.Dup((int)file.SafeFileHandle.DangerousGetHandle())]);

        Assert.Equal(Errno.EPROTOTYPE, FailToBind(_manager.Inherit(), "log").Errno);
        Assert.Equal(Errno.ENOTSOCK, FailToBind(notSocket, "file").Errno);
    }

    [Fact]
    public void Failed_Bind_leaves_the_sockets_to_another_one() => ChildProcess.Run(FailToBindOnce);

    internal static void FailToBindOnce()
    {
        var faults = new OneCallFails(SystemCall.EpollAdd, Errno.ENOSPC);
        AppContext.SetData(ISystemCallFaults.Key, faults);
        using var manager = new InheritedDescriptors();
        var address = manager.Listen("web");
        var inherited = manager.Inherit();
        using var client = EchoClient.ConnectAsync(address, LimitToken()).GetAwaiter().GetResult();
        using var system = ActorSystem.Create("once", "akka.stdout-loglevel = OFF\nakka.loglevel = OFF\nactortcp.loops = 1");
        var tcp = system.ActorTcp();

        faults.Arm();
        var failure = Assert.Throws<TcpBindException>(() => tcp.BindAsync(Request(inherited, "web"), LimitToken()).GetAwaiter().GetResult());

        Assert.Equal(Errno.ENOSPC, failure.Errno);
        _ = tcp.BindAsync(Request(inherited, "web"), LimitToken()).GetAwaiter().GetResult();
        EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken()).GetAwaiter().GetResult();
    }

    [Fact]
    public void Option_of_the_Bind_that_cannot_apply_is_refused()
    {
        _manager.Listen("web");
        var inherited = _manager.Inherit();
        var bind = Request(inherited, "web");

        foreach (var (wrong, text) in new[]
        {
            (bind with { Backlog = 7 }, "Backlog is 7; it must not be set for inherited sockets, because the service manager has opened them (Backlog= of a socket unit)"),
            (bind with { Device = "lo" }, "Device is lo; "),
            (bind with { IPv6Only = false }, "IPv6Only is False; "),
            (bind with { ReuseAddress = true }, "ReuseAddress is True; "),
            (bind with { UnixMode = UnixFileMode.UserRead }, "UnixMode is UserRead; "),
            (bind with { RecvBufferSize = 4096 }, "RecvBufferSize is 4096; "),
            (bind with { SendBufferSize = 4096 }, "SendBufferSize is 4096; "),
        })
        {
            Sys.ActorTcp().Manager.Tell(wrong, TestActor);
            var failed = ExpectMsg<ListenerProtocol.BindFailed>(Limit);
            Assert.Equal(Errno.EINVAL, failed.Errno);
            Assert.Contains($"Cannot listen on the inherited sockets 'web': {text}", failed.Text, StringComparison.Ordinal);
        }

        Bind(inherited, "web");
    }

    [Fact]
    public void More_ports_are_not_possible()
    {
        _manager.Listen("web");
        var bound = Bind(_manager.Inherit(), "web");

        bound.Listener.Tell(new ListenerProtocol.SetPorts(1), TestActor);

        Assert.Equal(Errno.EOPNOTSUPP, ExpectMsg<ListenerProtocol.CommandFailed>(Limit).Errno);
    }

    [Fact]
    public void Inherited_name_must_not_be_empty() => Assert.Throws<ArgumentException>(() => ListenerProtocol.Bind.Inherited(""));

    [Fact]
    public async Task Taken_socket_accepts_without_actors()
    {
        var address = _manager.Listen("web");
        var inherited = _manager.Inherit();

        using var server = Assert.Single(inherited.Take("web")).Take()!;

        using var client = await EchoClient.ConnectAsync(address, LimitToken());
        using var accepted = await server.AcceptAsync(LimitToken());
        Assert.Equal(client.LocalEndPoint, accepted.PeerName()!.ToIPEndPoint());
        Assert.Equal(Errno.EBUSY, Assert.Throws<TcpException>(() => inherited.Take("web")).Errno);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _manager.Dispose();
        _paths.Dispose();
    }

    private static ListenerProtocol.Bind Request(InheritedSockets? inherited, string name) =>
        ListenerProtocol.Bind.Inherited(name, Props.Create<EchoHandler>()) with { InheritedFrom = inherited };

    private ListenerProtocol.Bound Bind(InheritedSockets inherited, string name)
    {
        Sys.ActorTcp().Manager.Tell(Request(inherited, name), TestActor);
        return ExpectMsg<ListenerProtocol.Bound>(Limit);
    }

    private ListenerProtocol.BindFailed FailToBind(InheritedSockets? inherited, string name)
    {
        Sys.ActorTcp().Manager.Tell(Request(inherited, name), TestActor);
        return ExpectMsg<ListenerProtocol.BindFailed>(Limit);
    }

    private void Unbind(ListenerProtocol.Bound bound)
    {
        bound.Listener.Tell(ListenerProtocol.Unbind.Instance, TestActor);
        ExpectMsg<ListenerProtocol.Unbound>(Limit);
    }

    private static Task<ListenerDescription> DescriptionOf(ListenerProtocol.Bound bound) =>
        bound.Listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit);
}
