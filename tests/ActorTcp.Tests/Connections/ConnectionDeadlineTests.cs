namespace ActorTcp.Tests.Connections;

/// <summary>Deadlines for the peer: only network traffic moves them, and only while reading is not paused. The test moves the clock.</summary>
public class ConnectionDeadlineTests(ITestOutputHelper output) : ConnectionTestKit(
    output,
    "akka.loglevel = INFO\nactortcp.connection { send-queue-bytes = 64MiB, send-queue-high = 64MiB }",
    stillClock: true)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Almost = Deadline * 0.9;

    /// <summary>The remaining time, and the two ticks of the wheel by which a timer may be late.</summary>
    private static readonly TimeSpan RemainingTime = Deadline - Almost + TimeSpan.FromMilliseconds(2 * TimerWheel.Tick);

    [Fact]
    public async Task Peer_that_sends_no_first_byte_is_closed_whatever_commands_are_processed()
    {
        var (client, connection) = await RegisteredAsync();
        SetLimits(connection, firstByte: Deadline);

        await AdvanceBusyAsync(connection);
        Assert.Equal(ConnectionPhase.Open, await PhaseAsync(connection));
        await AdvanceAsync(RemainingTime);

        Assert.Equal(CloseReason.FirstByteTimeout, ReceiveClosed().Reason);
    }

    [Fact]
    public async Task Peer_that_stops_sending_is_closed_and_one_that_sends_is_not()
    {
        var (client, connection) = await RegisteredAsync();
        SetLimits(connection, firstByte: Deadline * 100, readIdle: Deadline);
        for (var sent = 1; sent <= 5; sent++)
        {
            await SendAsync(client, "x");
            await AwaitAsync(connection, description => description.BytesIn == sent);
            await AdvanceBusyAsync(connection);
            Assert.Equal(ConnectionPhase.Open, await PhaseAsync(connection));
        }

        await AdvanceAsync(RemainingTime);

        Assert.Equal(CloseReason.ReadIdleTimeout, ReceiveClosed().Reason);
    }

    [Fact]
    public async Task Read_idle_limit_applies_from_the_first_byte_despite_a_longer_first_byte_limit()
    {
        var (client, connection) = await RegisteredAsync();
        SetLimits(connection, firstByte: Deadline * 100, readIdle: Deadline);
        await SendAsync(client, "x");
        ExpectMsg<Received>(Limit);

        await AdvanceAsync(Almost);
        Assert.Equal(ConnectionPhase.Open, await PhaseAsync(connection));
        await AdvanceAsync(RemainingTime);

        Assert.Equal(CloseReason.ReadIdleTimeout, ReceiveClosed().Reason);
    }

    [Fact]
    public async Task Time_while_reading_is_paused_does_not_count()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(ConnectionProtocol.SuspendReading.Instance, TestActor);
        SetLimits(connection, readIdle: Deadline);

        await AdvanceAsync(Deadline * 3);
        Assert.Equal(ConnectionPhase.Open, await PhaseAsync(connection));
        connection.Tell(ConnectionProtocol.ResumeReading.Instance, TestActor);
        Assert.Equal(ConnectionPhase.Open, await PhaseAsync(connection));
        await AdvanceAsync(Almost);
        Assert.Equal(ConnectionPhase.Open, await PhaseAsync(connection));
        await AdvanceAsync(RemainingTime);

        Assert.Equal(CloseReason.ReadIdleTimeout, ReceiveClosed().Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Silent_peer_that_does_not_close_after_ConfirmedClose_is_closed(bool busyHandler)
    {
        var (client, connection) = await RegisteredAsync(pull: true);
        SetLimits(connection, readIdle: Deadline);
        await AdvanceAsync(Deadline / 2);
        connection.Tell(ConnectionProtocol.ConfirmedClose.Instance, TestActor);
        Assert.Equal(ConnectionPhase.AwaitingEnd, await PhaseAsync(connection));
        await SendAsync(client, "received but not delivered");
        await AwaitAsync(connection, description => description.BytesIn > 0);

        await (busyHandler ? AdvanceBusyAsync(connection) : AdvanceAsync(Almost));
        Assert.Equal(ConnectionPhase.AwaitingEnd, await PhaseAsync(connection));
        await AdvanceAsync(RemainingTime);

        Assert.Equal(CloseReason.ReadIdleTimeout, ReceiveClosed().Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Peer_that_reads_nothing_is_closed_while_open_and_while_closing(bool closing)
    {
        var (client, connection) = await RegisteredAsync();
        SetLimits(connection, writeStall: Deadline);
        connection.Tell(new Send(new byte[32 * 1024 * 1024], "stalled"), TestActor);
        if (closing)
        {
            connection.Tell(ConnectionProtocol.Close.Instance, TestActor);
        }

        // The kernel accepts some bytes at first, and each time counts as progress.
        ConnectionProtocol.Closed? closed = null;
        for (var steps = 0; closed is null; steps++)
        {
            Assert.True(steps < 1000, "the peer is not closed");
            await AdvanceBusyAsync(connection);
            await AdvanceAsync(RemainingTime);
            _ = await connection.Ask<ActorIdentity>(new Identify(null), Limit);
            closed = FindClosed();
        }

        Assert.Equal(CloseReason.WriteStallTimeout, closed.Reason);
        Assert.True(closed.UnsentBytes > 0);
    }

    [Fact]
    public async Task Peer_that_reads_slowly_is_not_treated_as_stalled()
    {
        var (client, connection) = await RegisteredAsync();
        SetLimits(connection, writeStall: Deadline);
        const int length = 32 * 1024 * 1024;
        connection.Tell(new Send(new byte[length], "slow"), TestActor);
        await AwaitAsync(connection, description => description.BytesOut > 0);
        var steps = 0;
        for (var left = length; left > 0; steps++)
        {
            // Waits until the kernel's window has opened and the kernel has accepted more bytes.
            var taken = (await DescribeAsync(connection)).BytesOut;
            do
            {
                var count = Math.Min(left, 1 << 16);
                await ReadAsync(client, count);
                left -= count;
            }
            while (left > 0 && await DescribeAsync(connection) is { BytesQueued: > 0 } now && now.BytesOut == taken);

            await AdvanceAsync(Almost);
        }

        Assert.True(steps > 3, $"all bytes were sent in {steps} steps");
        Assert.Equal("slow", ExpectMsg<ConnectionProtocol.Sent>(Limit).Token);
    }

    [Fact]
    public async Task Removed_deadline_does_not_expire()
    {
        var (client, connection) = await RegisteredAsync();
        SetLimits(connection, firstByte: Deadline);
        SetLimits(connection);

        await AdvanceAsync(Deadline * 3);
        Assert.Equal(ConnectionPhase.Open, await PhaseAsync(connection));
    }

    private ConnectionProtocol.Closed ReceiveClosed() => FishForMessage<ConnectionProtocol.Closed>(_ => true, Limit);

    /// <summary>The Closed message, if the test has received it by now.</summary>
    private ConnectionProtocol.Closed? FindClosed()
    {
        while (ReceiveOne(TimeSpan.Zero) is { } message)
        {
            if (message is ConnectionProtocol.Closed closed)
            {
                return closed;
            }
        }

        return null;
    }

    private void SetLimits(IActorRef connection, TimeSpan firstByte = default, TimeSpan readIdle = default, TimeSpan writeStall = default)
    {
        connection.Tell(new ConnectionProtocol.SetLimits(new ConnectionLimits(64 << 20, 64 << 20, 1, 1 << 20, firstByte, readIdle, writeStall)), TestActor);
        FishForMessage<ConnectionProtocol.LimitsSet>(_ => true, Limit);
    }

    /// <summary>Lets almost the whole deadline pass, and meanwhile sends the connection commands that cause no network traffic.</summary>
    private async Task AdvanceBusyAsync(IActorRef connection)
    {
        const int steps = 45;
        for (var i = 0; i < steps; i++)
        {
            connection.Tell(ConnectionProtocol.Read.Instance, ActorRefs.NoSender);
            connection.Tell(ConnectionProtocol.Describe.Instance, ActorRefs.NoSender);
            await AdvanceAsync(Almost / steps);
        }
    }
}
