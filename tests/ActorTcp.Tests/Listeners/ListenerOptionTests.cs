namespace ActorTcp.Tests.Listeners;

/// <summary>Options and values of a listener's server socket, by Bind and by message, and what accepted connections inherit.</summary>
public sealed class ListenerOptionTests(ITestOutputHelper output) : TcpTestKit(
    output,
    "akka.loglevel = INFO\nactortcp.connection { keep-alive-idle = 0, send-queue-bytes = 64MiB, send-queue-high = 64MiB }")
{
    public static TheoryData<SocketOption> Settable() =>
    [
        new SocketOption.KeepAlive(true, 10_000, 1000, 5),
        new SocketOption.UserTimeout(5000),
        new SocketOption.CongestionControl("reno"),
        new SocketOption.Dscp(46),
        new SocketOption.QuickAck(false),
        new SocketOption.NotSentLowWater(16_384),
        new SocketOption.FastOpen(16),
        new SocketOption.NoDelay(false),
        new SocketOption.Linger(true, 3),
        new SocketOption.Ttl(17),
        new SocketOption.ReuseAddr(false),
        new SocketOption.RecvBufferSize(50_000),
        new SocketOption.SendBufferSize(50_000),
        new SocketOption.Device("lo"),
        new SocketOption.Device(null),
    ];

    public static TheoryData<SocketOption, Errno> Refused() => new()
    {
        { new SocketOption.Ttl(256), Errno.EINVAL },
        { new SocketOption.KeepAlive(true), Errno.EINVAL },
        { new SocketOption.CongestionControl("no-such-control"), Errno.ENOENT },
        { new SocketOption.Dscp(64), Errno.EINVAL },
        { new SocketOption.NotSentLowWater(-1), Errno.EINVAL },
        { new SocketOption.FastOpen(-1), Errno.EINVAL },
        { new SocketOption.RecvBufferSize(-1), Errno.EINVAL },
        { new SocketOption.Linger(true, -1), Errno.EINVAL },
        { new SocketOption.IPv6Only(true), Errno.ENOPROTOOPT },
        { new SocketOption.Device("a-name-that-is-too-long"), Errno.ENODEV },
    };

    public static TheoryData<SocketValue, object> Values() => new()
    {
        { SocketValue.State, TcpState.Listen },
        { SocketValue.Pending, 0 },
        { SocketValue.Error, Errno.None },
    };

    [Theory]
    [MemberData(nameof(Settable))]
    public async Task Listener_sets_each_option_and_still_serves(SocketOption option)
    {
        var bound = Listen(Props.Create<EchoHandler>());

        bound.Listener.Tell(new ListenerProtocol.SetOption(option), TestActor);

        Assert.Equal(option, ExpectMsg<ListenerProtocol.OptionSet>(Limit).Option);
        using var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        await EchoClient.EchoAsync(client, 100, 1, 100, LimitToken());
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Listener_answers_an_option_that_cannot_be_set_with_errno_and_text(SocketOption option, Errno errno)
    {
        var bound = Listen(Props.Create<EchoHandler>());
        var command = new ListenerProtocol.SetOption(option);

        bound.Listener.Tell(command, TestActor);

        var failed = ExpectMsg<ListenerProtocol.CommandFailed>(Limit);
        Assert.Equal((command, errno), (failed.Command, failed.Errno));
        Assert.Contains(Tcp.ErrorText(errno), failed.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Listener_answers_each_value_in_its_type(SocketValue value, object expected)
    {
        var bound = Listen(Props.Create<EchoHandler>());

        Assert.Equal(expected, ValueOf(bound.Listener, value));
        Assert.Equal(bound.LocalAddress, ValueOf(bound.Listener, SocketValue.SockName));
        Assert.InRange((int)ValueOf(bound.Listener, SocketValue.SendBufferSize), 1024, int.MaxValue);
    }

    [Fact]
    public void Listener_has_no_peer_and_answers_ENOTCONN()
    {
        Listen(null).Listener.Tell(new ListenerProtocol.GetOption(SocketValue.PeerName), TestActor);

        Assert.Equal(Errno.ENOTCONN, ExpectMsg<ListenerProtocol.CommandFailed>(Limit).Errno);
    }

    [Fact]
    public async Task Accepted_connection_inherits_the_buffers_of_its_listener_at_each_port()
    {
        var bound = Listen(null, host: LoopbackAddress.Next());
        bound.Listener.Tell(new ListenerProtocol.SetPorts(1), TestActor);
        ExpectMsg<ListenerProtocol.PortsSet>(Limit);

        bound.Listener.Tell(new ListenerProtocol.SetOption(new SocketOption.RecvBufferSize(50_000)), TestActor);
        bound.Listener.Tell(new ListenerProtocol.SetOption(new SocketOption.SendBufferSize(40_000)), TestActor);
        ExpectMsg<ListenerProtocol.OptionSet>(Limit);
        ExpectMsg<ListenerProtocol.OptionSet>(Limit);

        for (var i = 0; i < 2; i++)
        {
            var (client, connection) = await AcceptAsync(bound.LocalAddress.WithPort(bound.LocalAddress.Port + i));
            using (client)
            {
                Assert.Equal((50_000, 40_000), (Size(connection, SocketValue.RecvBufferSize), Size(connection, SocketValue.SendBufferSize)));
            }
        }

        var description = await DescribeAsync(bound.Listener);
        Assert.Equal((50_000, 40_000), (description.RecvBufferSize, description.SendBufferSize));
    }

    [Fact]
    public async Task Accepted_connection_inherits_keep_alive()
    {
        var bound = Listen(null, host: LoopbackAddress.Next());
        var (before, _) = await AcceptAsync(bound.LocalAddress);
        using (before)
        {
            Assert.False(ServerSockets.IsKeptAlive(before.RemoteEndPoint!, before.LocalEndPoint!));
        }

        bound.Listener.Tell(new ListenerProtocol.SetOption(new SocketOption.KeepAlive(true, 10_000)), TestActor);
        ExpectMsg<ListenerProtocol.OptionSet>(Limit);

        var (after, _) = await AcceptAsync(bound.LocalAddress);
        using (after)
        {
            Assert.True(ServerSockets.IsKeptAlive(after.RemoteEndPoint!, after.LocalEndPoint!));
        }
    }

    [Fact]
    public async Task Accepted_connection_inherits_Linger_of_its_listener()
    {
        var bound = Listen(null);
        bound.Listener.Tell(new ListenerProtocol.SetOption(new SocketOption.Linger(true, 30)), TestActor);
        ExpectMsg<ListenerProtocol.OptionSet>(Limit);
        var (client, connection) = await AcceptAsync(bound.LocalAddress, 128 * 1024);
        connection.Tell(new ConnectionProtocol.Register(TestActor), TestActor);
        ExpectMsg<ConnectionProtocol.Connected>(Limit);
        connection.Tell(new Send(new byte[960_000]), ActorRefs.NoSender);

        connection.Tell(ConnectionProtocol.Close.Instance);

        await UntilAsync(async () => (await connection.Ask<ConnectionDescription>(ConnectionProtocol.Describe.Instance, Limit)).Phase == ConnectionPhase.Lingering);
        client.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bind_sets_the_buffer_sizes_of_accepted_connections(bool bySettings)
    {
        var bind = new ListenerProtocol.Bind(AnyPort);
        var bound = Bind(bySettings
            ? bind with { Settings = new ListenerSettings { RecvBufferSize = 50_000, SendBufferSize = 40_000 } }
            : bind with { RecvBufferSize = 50_000, SendBufferSize = 40_000 });

        var (client, connection) = await AcceptAsync(bound.LocalAddress);

        using (client)
        {
            Assert.Equal((50_000, 40_000), (Size(connection, SocketValue.RecvBufferSize), Size(connection, SocketValue.SendBufferSize)));
        }
    }

    [Fact]
    public void Bind_with_a_buffer_size_out_of_range_fails_with_the_rule()
    {
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort) { RecvBufferSize = 5 }, TestActor);

        var failed = ExpectMsg<ListenerProtocol.BindFailed>(Limit);
        Assert.Equal(Errno.EINVAL, failed.Errno);
        Assert.Contains("recv-buffer-size is 5", failed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bind_to_a_network_device_is_served_by_it_and_described()
    {
        var bound = Bind(new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>()) { Device = "lo" });

        using var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        await EchoClient.EchoAsync(client, 100, 1, 100, LimitToken());
        Assert.Equal("lo", (await DescribeAsync(bound.Listener)).Device);
    }

    [Fact]
    public void Bind_to_an_unknown_network_device_fails_with_ENODEV()
    {
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort) { Device = "no-such-device" }, TestActor);

        Assert.Equal(Errno.ENODEV, ExpectMsg<ListenerProtocol.BindFailed>(Limit).Errno);
    }

    [Fact]
    public async Task IPv4_and_IPv6_can_have_separate_listeners_on_one_port_with_IPv6Only()
    {
        var (six, four) = BindBoth();

        foreach (var (address, bound) in new[] { (IPAddress.IPv6Loopback, six), (IPAddress.Loopback, four) })
        {
            using var client = await EchoClient.ConnectAsync(new IPEndPoint(address, bound.LocalAddress.Port), LimitToken());
            await EchoClient.EchoAsync(client, 100, 1, 100, LimitToken());
            Assert.Equal(1, (await DescribeAsync(bound.Listener)).Accepted);
        }
    }

    [Fact]
    public void IPv6_listener_without_IPv6Only_serves_IPv4_and_keeps_its_port()
    {
        var six = Bind(new ListenerProtocol.Bind(Tcp.SockAddr(Tcp.IN6ADDR_ANY, 0)!) { IPv6Only = false });

        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(Tcp.SockAddr(Tcp.INADDR_ANY, six.LocalAddress.Port)!), TestActor);

        Assert.Equal(Errno.EADDRINUSE, ExpectMsg<ListenerProtocol.BindFailed>(Limit).Errno);
    }

    [Fact]
    public async Task Bind_without_ReuseAddress_fails_while_an_old_connection_is_in_TIME_WAIT()
    {
        var bound = Listen(null, host: LoopbackAddress.Next());
        var (client, connection) = await AcceptAsync(bound.LocalAddress);
        connection.Tell(ConnectionProtocol.Close.Instance, TestActor);
        Assert.True(await EchoClient.IsEndedByServerAsync(client, LimitToken()));
        client.Dispose();
        Watch(bound.Listener);
        bound.Listener.Tell(ListenerProtocol.Unbind.Instance, TestActor);
        ExpectMsg<ListenerProtocol.Unbound>(Limit);
        ExpectTerminated(bound.Listener, Limit);

        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(bound.LocalAddress) { ReuseAddress = false }, TestActor);
        Assert.Equal(Errno.EADDRINUSE, ExpectMsg<ListenerProtocol.BindFailed>(Limit).Errno);
        Assert.Equal(bound.LocalAddress, Bind(new ListenerProtocol.Bind(bound.LocalAddress)).LocalAddress);
    }

    private static SockAddr AnyPort => Tcp.SockAddr(Tcp.INADDR_LOOPBACK, 0)!;

    private static Task<ListenerDescription> DescribeAsync(IActorRef listener) =>
        listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit);

    private ListenerProtocol.Bound Bind(ListenerProtocol.Bind bind)
    {
        Sys.ActorTcp().Manager.Tell(bind, TestActor);
        return ExpectMsg<ListenerProtocol.Bound>(Limit);
    }

    /// <summary>Binds both families at all addresses with one port. Other tests may use the port that the kernel chose for IPv6 at 127.0.0.1.</summary>
    private (ListenerProtocol.Bound Six, ListenerProtocol.Bound Four) BindBoth()
    {
        while (true)
        {
            var six = Bind(new ListenerProtocol.Bind(Tcp.SockAddr(Tcp.IN6ADDR_ANY, 0)!, Props.Create<EchoHandler>()) { IPv6Only = true });
            Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(Tcp.SockAddr(Tcp.INADDR_ANY, six.LocalAddress.Port)!, Props.Create<EchoHandler>()), TestActor);
            if (ExpectMsg<object>(Limit) is ListenerProtocol.Bound four)
            {
                return (six, four);
            }
        }
    }

    private async Task<(Socket Client, IActorRef Connection)> AcceptAsync(SockAddr address, int? receiveBuffer = null)
    {
        var client = await EchoClient.ConnectAsync(address.ToIPEndPoint(), LimitToken(), receiveBuffer);
        return (client, ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit).Connection);
    }

    private object ValueOf(IActorRef listener, SocketValue value)
    {
        listener.Tell(new ListenerProtocol.GetOption(value), TestActor);
        var answer = ExpectMsg<ListenerProtocol.OptionValue>(Limit);
        Assert.Equal(value, answer.Reading.Value);
        return ConnectionTestKit.ResultOf(answer.Reading);
    }

    private int Size(IActorRef connection, SocketValue buffer)
    {
        connection.Tell(new ConnectionProtocol.GetOption(buffer), TestActor);
        return ExpectMsg<ConnectionProtocol.OptionValue>(Limit).Reading.Bytes;
    }
}
