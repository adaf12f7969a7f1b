using ActorTcp.Tests.Demo;

namespace ActorTcp.Tests.Scenarios;

/// <summary>Options of packets by settings and by message, as the kernel has them on the sockets of listeners and connectors.</summary>
public sealed class TuningTests(ITestOutputHelper output) : ConnectorTestKit(output, "akka.loglevel = INFO")
{
    private const string AlwaysThere = "reno";

    private static ConnectionSettings Tuned { get; } = new()
    {
        UserTimeout = TimeSpan.FromSeconds(12),
        CongestionControl = AlwaysThere,
        Dscp = 46,
        NotSentLowWater = 20_000,
    };

    [Fact]
    public async Task Accepted_connection_has_the_options_of_its_settings()
    {
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort) { ConnectionSettings = Tuned }, TestActor);
        var bound = ExpectMsg<ListenerProtocol.Bound>(Limit);
        using var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        var connection = ExpectMsg<ListenerProtocol.ConnectionAccepted>(Limit).Connection;
        connection.Tell(new ConnectionProtocol.Register(TestActor), TestActor);
        ExpectMsg<ConnectionProtocol.Connected>(Limit);

        AssertTuned(connection);
    }

    [Fact]
    public async Task Connection_of_a_connector_has_the_options_of_its_settings()
    {
        using var server = ListenAt();
        var (_, connection, peer) = await StartConnectedAsync(server, To(AddressOf(server)) with { ConnectionSettings = Tuned });
        using (peer)
        {
            Handler.ExpectMsg<ConnectionProtocol.Connected>(Limit);

            AssertTuned(connection);
        }
    }

    [Fact]
    public void Adopted_connection_has_the_options_of_its_settings()
    {
        using var pair = new TcpPair();
        Sys.ActorTcp().Manager.Tell(new AdoptionProtocol.Adopt(pair.Accepted.Detach()!) { ConnectionSettings = Tuned }, TestActor);
        var connection = ExpectMsg<AdoptionProtocol.Adopted>(Limit).Connection;
        connection.Tell(new ConnectionProtocol.Register(TestActor), TestActor);
        ExpectMsg<ConnectionProtocol.Connected>(Limit);

        AssertTuned(connection);
    }

    [Fact]
    public async Task Options_are_set_by_message()
    {
        using var server = ListenAt();
        var (_, connection, peer) = await StartConnectedAsync(server, To(AddressOf(server)));
        using (peer)
        {
            Handler.ExpectMsg<ConnectionProtocol.Connected>(Limit);
            SocketOption[] options =
            [
                new SocketOption.UserTimeout(12_000),
                new SocketOption.CongestionControl(AlwaysThere),
                new SocketOption.Dscp(46),
                new SocketOption.NotSentLowWater(20_000),
            ];
            foreach (var option in options)
            {
                connection.Tell(new ConnectionProtocol.SetOption(option), TestActor);
                Assert.Equal(option, ExpectMsg<ConnectionProtocol.OptionSet>(Limit).Option);
            }

            AssertTuned(connection);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task QuickAck_is_set_again_after_a_receive(bool bySettings)
    {
        using var server = ListenAt();
        var settings = new ConnectionSettings { QuickAck = bySettings };
        var (_, connection, peer) = await StartConnectedAsync(server, To(AddressOf(server)) with { ConnectionSettings = settings });
        using (peer)
        {
            Handler.ExpectMsg<ConnectionProtocol.Connected>(Limit);
            if (!bySettings)
            {
                connection.Tell(new ConnectionProtocol.SetOption(new SocketOption.QuickAck(true)), TestActor);
                ExpectMsg<ConnectionProtocol.OptionSet>(Limit);
            }

            // Answering in turns is what makes the kernel delay its acknowledgements.
            for (var i = 0; i < 50; i++)
            {
                await SendAsync(peer, "question");
                Handler.ExpectMsg<Received>(Limit);
                connection.Tell(new Send("answer"), ActorRefs.NoSender);
                await ReadAsync(peer, 6);
            }

            await SendAsync(peer, "question");
            Handler.ExpectMsg<Received>(Limit);
            using var tcp = Detach(connection);

            Assert.Equal(1, RawOptions.Number(tcp, SocketNumbers.LevelTcp, SocketNumbers.TcpQuickAck));
        }
    }

    [Fact]
    public void Bind_with_an_unknown_congestion_control_fails_with_the_option_and_ENOENT()
    {
        var settings = new ConnectionSettings { CongestionControl = "no-such-control" };

        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort) { ConnectionSettings = settings }, TestActor);

        var failed = ExpectMsg<ListenerProtocol.BindFailed>(Limit);
        Assert.Equal(Errno.ENOENT, failed.Errno);
        Assert.Contains("option CongestionControl { Name = no-such-control }: ", failed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Connect_with_an_unknown_congestion_control_fails_with_the_option_and_ENOENT()
    {
        using var server = ListenAt();
        var settings = new ConnectionSettings { CongestionControl = "no-such-control" };

        var connector = Start(To(AddressOf(server)) with { ConnectionSettings = settings });

        var failed = ExpectEnd<ConnectorProtocol.ConnectFailed>(connector);
        Assert.Equal(Errno.ENOENT, failed.Errno);
        Assert.Contains("option CongestionControl { Name = no-such-control }: ", failed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_fail_a_Bind_with_each_rule()
    {
        var settings = new ConnectionSettings { Dscp = 64, Mark = -1, NotSentLowWater = 1L << 31 };

        Sys.ActorTcp().Manager.Tell(
            new ListenerProtocol.Bind(AnyPort) { ConnectionSettings = settings, Settings = new ListenerSettings { FastOpen = 65_536 } },
            TestActor);

        var text = ExpectMsg<ListenerProtocol.BindFailed>(Limit).Text;
        foreach (var rule in new[] { "dscp is 64", "mark is -1", "not-sent-low-water is 2147483648", "fast-open is 65536" })
        {
            Assert.Contains(rule, text, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public void Connection_that_is_opened_fast_sends_its_first_bytes_with_the_first_packet()
    {
        ScriptedProgram.SkipUnlessInstalled("unshare");
        ChildProcess.RunBy(["unshare", Environment.IsPrivilegedProcess ? "-n" : "-rn"], OpenFast);
    }

    /// <summary>Runs in a network of its own, whose kernel may be configured.</summary>
    private static void OpenFast() => OpenFastAsync().GetAwaiter().GetResult();

    private static async Task OpenFastAsync()
    {
        TestLibc.RaiseLoopback();
        await File.WriteAllTextAsync("/proc/sys/net/ipv4/tcp_fastopen", "3");
        using var system = ActorSystem.Create("fast", "akka { loglevel = ERROR, stdout-loglevel = OFF }\nactortcp { listener.fast-open = 16, connector.fast-open = on }");
        var manager = system.ActorTcp().Manager;
        var bound = await manager.Ask<ListenerProtocol.Bound>(new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>()), Limit);

        // The first connection gets the cookie, and the second one sends it.
        for (var connection = 0; connection < 2; connection++)
        {
            var inbox = Inbox.Create(system);
            manager.Tell(new ConnectorProtocol.Connect(bound.LocalAddress) { HandlerActor = inbox.Receiver }, ActorRefs.NoSender);
            var connected = (ConnectionProtocol.Connected)inbox.Receive(Limit);
            connected.Connection.Tell(new Send("first bytes"), inbox.Receiver);
            Assert.Equal("first bytes", Encoding.UTF8.GetString(((Received)inbox.Receive(Limit)).Span));
        }

        Assert.Equal((1, 1), (Counter("TCPFastOpenActive"), Counter("TCPFastOpenPassive")));

        // A connect that fails later ends the connection, whose connector has reported success.
        var refused = Inbox.Create(system);
        await bound.Listener.Ask<ListenerProtocol.Unbound>(ListenerProtocol.Unbind.Instance, Limit);
        manager.Tell(new ConnectorProtocol.Connect(bound.LocalAddress) { HandlerActor = refused.Receiver }, ActorRefs.NoSender);
        var last = (ConnectionProtocol.Connected)refused.Receive(Limit);
        last.Connection.Tell(new Send("nobody listens"), refused.Receiver);
        var closed = (ConnectionProtocol.Closed)refused.Receive(Limit);
        Assert.Equal((CloseReason.Error, Errno.ECONNREFUSED), (closed.Reason, closed.Errno));
    }

    /// <summary>A counter of the kernel (/proc/net/netstat): one line with the names, one with the values.</summary>
    private static int Counter(string name)
    {
        var lines = File.ReadAllLines("/proc/net/netstat").Where(line => line.StartsWith("TcpExt:", StringComparison.Ordinal)).ToList();
        return int.Parse(lines[1].Split(' ')[lines[0].Split(' ').IndexOf(name)], CultureInfo.InvariantCulture);
    }

    private Tcp Detach(IActorRef connection)
    {
        connection.Tell(new ConnectionProtocol.Detach(TestActor), TestActor);
        return FishForMessage<ConnectionProtocol.Detached>(_ => true, Limit).Socket.Take()!;
    }

    private void AssertTuned(IActorRef connection)
    {
        using var tcp = Detach(connection);
        Assert.Equal(12_000, RawOptions.Number(tcp, SocketNumbers.LevelTcp, SocketNumbers.TcpUserTimeout));
        Assert.Equal(AlwaysThere, RawOptions.Text(tcp, SocketNumbers.LevelTcp, SocketNumbers.TcpCongestion));
        Assert.Equal(46, RawOptions.Number(tcp, SocketNumbers.LevelIp, SocketNumbers.IpTos) >> 2);
        Assert.Equal(20_000, RawOptions.Number(tcp, SocketNumbers.LevelTcp, SocketNumbers.TcpNotSentLowWater));
        Assert.Equal(1, RawOptions.Number(tcp, SocketNumbers.LevelTcp, SocketNumbers.TcpNoDelay));
    }
}
