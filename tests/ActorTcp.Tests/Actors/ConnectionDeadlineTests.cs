using System.Diagnostics;
using Akka.Actor;
using ActorTcp.Actors;
using ActorTcp.Tests.Support;
using Xunit.Abstractions;

namespace ActorTcp.Tests.Actors;

/// <summary>Deadlines for the peer: only the network moves them, and only while this end reads.</summary>
public sealed class ConnectionDeadlineTests(ITestOutputHelper output) : ConnectionTestKit(
    output,
    "akka.loglevel = INFO\nactortcp.connection { send-queue-bytes = 64MiB, send-queue-high = 64MiB }")
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task A_peer_whose_first_byte_does_not_come_is_closed_whatever_it_is_told_meanwhile()
    {
        var (client, connection) = await RegisteredAsync();
        var watch = Stopwatch.StartNew();
        SetLimits(connection, firstByte: Deadline);
        using var busy = Busy(connection);

        Assert.Equal(CloseReason.FirstByteTimeout, ReceiveClosed().Reason);

        Assert.True(watch.Elapsed > Deadline * 0.9, $"{watch.Elapsed}");
        client.Dispose();
    }

    [Fact]
    public async Task A_peer_that_falls_silent_is_closed_and_one_that_speaks_is_not()
    {
        var (client, connection) = await RegisteredAsync();
        SetLimits(connection, firstByte: Deadline * 100, readIdle: Deadline);
        var watch = Stopwatch.StartNew();
        using var busy = Busy(connection);
        using var pace = new PeriodicTimer(Deadline / 10);
        while (watch.Elapsed < Deadline * 4)
        {
            await SendAsync(client, "x");
            await pace.WaitForNextTickAsync();
        }

        Assert.Equal("Open", (await DescribeAsync(connection)).Phase);
        watch.Restart();
        Assert.Equal(CloseReason.ReadIdleTimeout, ReceiveClosed().Reason);
        Assert.True(watch.Elapsed > Deadline * 0.5, $"{watch.Elapsed}");
        client.Dispose();
    }

    [Fact]
    public async Task Time_in_which_this_end_does_not_read_does_not_count()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(ConnectionProtocol.SuspendReading.Instance, TestActor);
        SetLimits(connection, readIdle: Deadline);

        ExpectNoMsg(Deadline * 3);
        var watch = Stopwatch.StartNew();
        connection.Tell(ConnectionProtocol.ResumeReading.Instance, TestActor);

        Assert.Equal(CloseReason.ReadIdleTimeout, ReceiveClosed().Reason);
        Assert.True(watch.Elapsed > Deadline * 0.3, $"{watch.Elapsed}");
        client.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_peer_that_does_not_end_behind_ConfirmedClose_is_closed_by_its_silence(bool busyHandler)
    {
        var (client, connection) = await RegisteredAsync(pull: true);
        SetLimits(connection, readIdle: Deadline);
        // Longer than the deadline below would take if the time before counted.
        ExpectNoMsg(Deadline / 2);
        connection.Tell(ConnectionProtocol.ConfirmedClose.Instance, TestActor);
        var watch = Stopwatch.StartNew();
        using var busy = busyHandler ? Busy(connection) : null;

        Assert.Equal(CloseReason.ReadIdleTimeout, ReceiveClosed().Reason);

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
        client.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_peer_that_takes_nothing_is_closed_open_or_closing(bool closing)
    {
        var (client, connection) = await RegisteredAsync();
        SetLimits(connection, writeStall: Deadline);
        connection.Tell(new Send(new byte[32 * 1024 * 1024], "stalled"), TestActor);
        if (closing)
        {
            connection.Tell(ConnectionProtocol.Close.Instance, TestActor);
        }

        using var busy = Busy(connection);

        var closed = ReceiveClosed();
        Assert.Equal(CloseReason.WriteStallTimeout, closed.Reason);
        Assert.True(closed.UnsentBytes > 0);
        client.Dispose();
    }

    [Fact]
    public async Task A_peer_that_takes_its_bytes_slowly_is_not_stalled()
    {
        var (client, connection) = await RegisteredAsync();
        SetLimits(connection, writeStall: Deadline * 4);
        const int length = 32 * 1024 * 1024;
        connection.Tell(new Send(new byte[length], "slow"), TestActor);
        using var pace = new PeriodicTimer(Deadline / 10);
        for (var left = length; left > 0;)
        {
            // A megabyte lets the kernel's window open, so that it takes some at each step.
            var count = Math.Min(left, 1 << 20);
            await ReadAsync(client, count);
            left -= count;
            await pace.WaitForNextTickAsync();
        }

        Assert.Equal("slow", ExpectMsg<ConnectionProtocol.Sent>(Limit).Token);
        client.Dispose();
    }

    [Fact]
    public async Task A_deadline_that_is_taken_away_does_not_come()
    {
        var (client, connection) = await RegisteredAsync();
        SetLimits(connection, firstByte: Deadline);
        SetLimits(connection);

        ExpectNoMsg(Deadline * 3);
        client.Dispose();
    }

    private ConnectionProtocol.Closed ReceiveClosed() => FishForMessage<ConnectionProtocol.Closed>(_ => true, Limit);

    private void SetLimits(IActorRef connection, TimeSpan firstByte = default, TimeSpan readIdle = default, TimeSpan writeStall = default)
    {
        connection.Tell(new ConnectionProtocol.SetLimits(new ConnectionLimits(64 << 20, 64 << 20, 1, 1 << 20, firstByte, readIdle, writeStall)), TestActor);
        FishForMessage<ConnectionProtocol.LimitsSet>(_ => true, Limit);
    }

    /// <summary>Tells the connection something every 10 ms that no network has to do with.</summary>
    private CancelOnDispose Busy(IActorRef connection)
    {
        var cancel = new Cancelable(Sys.Scheduler);
        Sys.Scheduler.ScheduleTellRepeatedly(TimeSpan.Zero, TimeSpan.FromMilliseconds(10), connection, ConnectionProtocol.Read.Instance, ActorRefs.NoSender, cancel);
        Sys.Scheduler.ScheduleTellRepeatedly(TimeSpan.Zero, TimeSpan.FromMilliseconds(10), connection, ConnectionProtocol.Describe.Instance, ActorRefs.NoSender, cancel);
        return new CancelOnDispose(cancel);
    }

    private sealed class CancelOnDispose(Cancelable cancelable) : IDisposable
    {
        public void Dispose()
        {
            cancelable.Cancel();
            cancelable.Dispose();
        }
    }
}
