namespace ActorTcp.Tests.Connections;

/// <summary>Deadlines that bound every end of a connection, with their default values. The test moves the clock.</summary>
public class ConnectionEndDeadlineTests(ITestOutputHelper output) : ConnectionTestKit(
    output,
    "akka.loglevel = INFO\nactortcp.connection { send-queue-bytes = 64MiB, send-queue-high = 64MiB }",
    stillClock: true)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Half_closed_connection_is_closed_when_no_byte_passes_for_a_minute()
    {
        var (client, connection) = await RegisteredAsync(keepOpen: true);
        client.Shutdown(SocketShutdown.Send);
        ExpectMsg<ConnectionProtocol.PeerEof>(Limit);

        await AdvanceAsync(50 * Second);
        connection.Tell(new Send("still there?", "sent"), TestActor);
        ExpectMsg<ConnectionProtocol.Sent>(Limit);
        await AdvanceAsync(50 * Second);
        Assert.Equal(ConnectionPhase.PeerEnded, await PhaseAsync(connection));
        await AdvanceAsync(11 * Second);

        Assert.Equal(CloseReason.HalfClosedTimeout, ReceiveClosed().Reason);
    }

    [Fact]
    public async Task Connection_whose_own_side_is_shut_down_is_closed_when_no_byte_comes_for_a_minute()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new ConnectionProtocol.Shutdown(ShutdownHow.Write), TestActor);
        ExpectMsg<ConnectionProtocol.ShutdownDone>(Limit);

        await AdvanceAsync(50 * Second);
        await SendAsync(client, "x");
        ExpectMsg<Received>(Limit);
        await AdvanceAsync(50 * Second);
        Assert.Equal(ConnectionPhase.Open, await PhaseAsync(connection));
        await AdvanceAsync(11 * Second);

        Assert.Equal(CloseReason.HalfClosedTimeout, ReceiveClosed().Reason);
    }

    [Fact]
    public async Task ConfirmedClose_ends_in_a_minute_although_the_peer_still_sends()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(ConnectionProtocol.ConfirmedClose.Instance, TestActor);
        for (var second = 0; second < 59; second++)
        {
            Assert.Equal(ConnectionPhase.AwaitingEnd, await PhaseAsync(connection));
            await SendAsync(client, "x");
            ExpectMsg<Received>(Limit);
            await AdvanceAsync(Second);
        }

        await AdvanceAsync(2 * Second);

        Assert.Equal(CloseReason.HalfClosedTimeout, ReceiveClosed().Reason);
    }

    public static TheoryData<object> Ends() =>
        [ConnectionProtocol.Close.Instance, ConnectionProtocol.ConfirmedClose.Instance, new ConnectionProtocol.Detach(ActorRefs.Nobody)];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Closing_connection_ends_in_half_a_minute_although_the_peer_reads_slowly(object end)
    {
        var (client, connection) = await RegisteredAsync();
        var limits = new ConnectionSettings { WriteStallTimeout = TimeSpan.Zero }.Limits;
        connection.Tell(new ConnectionProtocol.SetLimits(limits), TestActor);
        connection.Tell(new Send(new byte[32 << 20]), TestActor);
        connection.Tell(end, TestActor);
        if (OverTls && end is ConnectionProtocol.Detach)
        {
            // A connection with TLS cannot be detached, and stays open.
            Assert.Equal(ConnectionPhase.Open, await PhaseAsync(connection));
            return;
        }

        for (var second = 0; second < 29; second++)
        {
            Assert.Equal(ConnectionPhase.Flushing, await PhaseAsync(connection));
            await ReadAsync(client, 1000);
            await AdvanceAsync(Second);
        }

        await AdvanceAsync(2 * Second);

        var closed = ReceiveClosed();
        Assert.Equal(CloseReason.FlushTimeout, closed.Reason);
        Assert.True(closed.UnsentBytes > 0);
    }

    [Fact]
    public async Task Peer_that_reads_nothing_is_closed_after_half_a_minute()
    {
        var (_, connection) = await RegisteredAsync();
        connection.Tell(new Send(new byte[32 << 20]), TestActor);
        var sent = -1L;
        await AwaitAsync(connection, description => (sent, sent = description.BytesOut) is var (before, now) && before == now && now > 0);

        await AdvanceAsync(31 * Second);
        await AdvanceAsync(31 * Second);

        Assert.Equal(CloseReason.WriteStallTimeout, ReceiveClosed().Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Idle_limit_counts_both_directions_and_read_idle_limit_counts_one(bool bothDirections)
    {
        var (client, connection) = await RegisteredAsync();
        var limits = new ConnectionSettings().Limits;
        connection.Tell(new ConnectionProtocol.SetLimits(bothDirections ? limits with { Idle = 60 * Second } : limits with { ReadIdle = 60 * Second }), TestActor);
        ExpectMsg<ConnectionProtocol.LimitsSet>(Limit);
        for (var i = 0; i < 2; i++)
        {
            connection.Tell(new Send("download", i), TestActor);
            ExpectMsg<ConnectionProtocol.Sent>(Limit);
            await ReadAsync(client, 8);
            await AdvanceAsync(50 * Second);
            if (bothDirections)
            {
                Assert.Equal(ConnectionPhase.Open, await PhaseAsync(connection));
            }
        }

        await AdvanceAsync(11 * Second);

        Assert.Equal(bothDirections ? CloseReason.IdleTimeout : CloseReason.ReadIdleTimeout, ReceiveClosed().Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Kernel_probes_idle_peers_of_servers_and_clients(bool isServer)
    {
        var (client, connection) = await RegisteredAsync();
        var local = (await DescribeAsync(connection)).LocalAddress.ToIPEndPoint();
        var remote = PeerEndPoint(client);
        if (!isServer)
        {
            var bound = Listen(null);
            Sys.ActorTcp().Manager.Tell(new ConnectorProtocol.Connect(bound.LocalAddress), TestActor);
            var connected = FishForMessage<ConnectionProtocol.Connected>(_ => true, Limit);
            (local, remote) = (connected.LocalAddress.ToIPEndPoint(), connected.RemoteAddress.ToIPEndPoint());
        }

        await UntilAsync(() => ServerSockets.IsKeptAlive(local, remote));
    }

    private ConnectionProtocol.Closed ReceiveClosed() => FishForMessage<ConnectionProtocol.Closed>(_ => true, Limit);
}
