namespace ActorTcp.Tests.Connections;

/// <summary>Shutdown by message: what each side's shutdown stops, and what continues.</summary>
public class ConnectionShutdownTests(ITestOutputHelper output) : ConnectionTestKit(output, "akka.loglevel = INFO")
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Shutdown_Read_drops_later_bytes_and_keeps_the_connection_until_the_peer_ends(bool keepOpen, bool suspended)
    {
        var (client, connection) = await RegisteredAsync(keepOpen);
        await SendAsync(client, "heard");
        Assert.Equal("heard"u8.ToArray(), ReceiveBytes(5));
        if (suspended)
        {
            connection.Tell(ConnectionProtocol.SuspendReading.Instance, TestActor);
            await SendAsync(client, "unread");
        }

        connection.Tell(new ConnectionProtocol.Shutdown(ShutdownHow.Read), TestActor);
        Assert.Equal(new ConnectionProtocol.ShutdownDone(ShutdownHow.Read, 0), ExpectMsg<ConnectionProtocol.ShutdownDone>(Limit));
        await SendAsync(client, new byte[1_000_000]);
        await AwaitAsync(connection, description => description.BytesIn == (suspended ? 11 : 5) + 1_000_000);
        connection.Tell(new Send("still sent", 1), TestActor);
        ExpectMsg<ConnectionProtocol.Sent>(Limit);
        Assert.Equal("still sent", await ReadTextAsync(client, 10));

        client.Shutdown(SocketShutdown.Send);

        // No bytes and no PeerEof arrive before the peer closes.
        Assert.Equal(0, ExpectMsg<ConnectionProtocol.PeerEof>(Limit).IncompleteFrame.Length);
        if (keepOpen)
        {
            connection.Tell(ConnectionProtocol.Close.Instance, TestActor);
        }

        Assert.Equal(keepOpen ? CloseReason.Closed : CloseReason.PeerClosed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
    }

    [Fact]
    public async Task Shutdown_Read_drops_buffered_bytes_and_an_incomplete_frame()
    {
        var (client, connection) = await AcceptAsync();
        connection.Tell(new ConnectionProtocol.Register(TestActor, new HandlerOptions { Pull = true, Framing = new LineFraming(100) }), TestActor);
        ExpectMsg<ConnectionProtocol.Connected>(Limit);
        await SendAsync(client, "one\ntwo\nincomplete");
        await AwaitAsync(connection, description => description.BytesUnread == 18);

        connection.Tell(new ConnectionProtocol.Shutdown(ShutdownHow.Read), TestActor);
        connection.Tell(ConnectionProtocol.Read.Instance, TestActor);

        ExpectMsg<ConnectionProtocol.ShutdownDone>(Limit);
        Assert.Equal(0, (await DescribeAsync(connection)).BytesUnread);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, ExpectMsg<ConnectionProtocol.PeerEof>(Limit).IncompleteFrame.Length);
    }

    [Fact]
    public async Task Shutdown_Both_flushes_half_closes_and_waits_for_the_peers_end()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new Send("last"), TestActor);

        connection.Tell(new ConnectionProtocol.Shutdown(ShutdownHow.Both), TestActor);

        Assert.Equal(new ConnectionProtocol.ShutdownDone(ShutdownHow.Both, 0), ExpectMsg<ConnectionProtocol.ShutdownDone>(Limit));
        Assert.Equal("last"u8.ToArray(), await ReadToEndAsync(client));
        await SendAsync(client, "dropped");
        await AwaitAsync(connection, description => description.BytesIn == 7);
        connection.Tell(new Send("refused"), TestActor);
        Assert.Equal(Errno.EPIPE, ExpectMsg<ConnectionProtocol.SendFailed>(Limit).Errno);
        client.Shutdown(SocketShutdown.Send);
        ExpectMsg<ConnectionProtocol.PeerEof>(Limit);
        Assert.Equal(CloseReason.PeerClosed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
    }

    [Fact]
    public async Task Shutdown_Read_stops_the_read_idle_deadline()
    {
        var (_, connection) = await RegisteredAsync();
        var limits = new ConnectionSettings { ReadIdleTimeout = TimeSpan.FromSeconds(1) }.Limits;
        connection.Tell(new ConnectionProtocol.SetLimits(limits), TestActor);
        connection.Tell(new ConnectionProtocol.Shutdown(ShutdownHow.Read), TestActor);
        ExpectMsg<ConnectionProtocol.LimitsSet>(Limit);
        ExpectMsg<ConnectionProtocol.ShutdownDone>(Limit);

        await AdvanceAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(ConnectionPhase.Open, await PhaseAsync(connection));
    }

    [Fact]
    public void Shutdown_that_the_kernel_refuses_does_not_end_sending() => ChildProcess.Run(RefuseShutdown);

    private static void RefuseShutdown() => RefuseShutdownAsync().GetAwaiter().GetResult();

    private static async Task RefuseShutdownAsync()
    {
        var faults = new OneCallFails(SystemCall.Shutdown, Errno.ENOBUFS);
        AppContext.SetData(ISystemCallFaults.Key, faults);
        using var system = ActorSystem.Create("faults", "actortcp { loops = 1, drain-timeout = 0s }\nakka { loglevel = ERROR, stdout-loglevel = OFF }");
        using var server = Tcp.CreateServer(AnyPort)!;
        using var client = await EchoClient.ConnectAsync(server.SockName()!.ToIPEndPoint(), LimitToken());
        var adopt = new AdoptionProtocol.Adopt(server.Accept()!.Detach()!, Props.Create<EchoHandler>());
        var connection = (await system.ActorTcp().Manager.Ask<AdoptionProtocol.Adopted>(adopt, Limit)).Connection;

        faults.Arm();
        var refused = await connection.Ask<ConnectionProtocol.ShutdownDone>(new ConnectionProtocol.Shutdown(ShutdownHow.Write), Limit);

        Assert.Equal(Errno.ENOBUFS, refused.Errno);
        Assert.IsType<ConnectionProtocol.Sent>(await connection.Ask(new Send("sent", 1), Limit));
        Assert.Equal("sent", await ReadTextAsync(client, 4));
        await system.Terminate();
    }
}
