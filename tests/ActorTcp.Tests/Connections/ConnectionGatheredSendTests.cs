using System.Buffers;

namespace ActorTcp.Tests.Connections;

/// <summary>A Send of several buffers is one unit: in order, without other bytes in between, with one outcome.</summary>
public class ConnectionGatheredSendTests(ITestOutputHelper output) : ConnectionTestKit(output, "akka.loglevel = INFO")
{
    private const int MoreThanTheKernelTakes = 16 << 20;

    /// <summary>No mark is reached, so the test receives only outcomes.</summary>
    private static readonly ConnectionLimits Unbounded = new ConnectionSettings { SendQueueBytes = 64 << 20, SendQueueHigh = 64 << 20 }.Limits;

    [Theory]
    [InlineData(3, 10)]
    [InlineData(3, 100_000)]
    [InlineData(200, 3000)]
    public async Task Buffers_of_one_Send_arrive_together_and_have_one_outcome(int count, int length)
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new ConnectionProtocol.SetLimits(Unbounded), TestActor);
        ExpectMsg<ConnectionProtocol.LimitsSet>(Limit);
        var buffers = Enumerable.Range(0, count).Select(i => Seeded((ulong)i, length)).ToArray();
        byte[] all = [.. buffers.SelectMany(buffer => buffer)];

        connection.Tell(new Send("before,"), TestActor);
        connection.Tell(new Send(buffers, "arrays"), TestActor);
        connection.Tell(new Send([.. buffers.Select(buffer => (ReadOnlyMemory<byte>)buffer)], "memories"), TestActor);
        connection.Tell(new Send(Sequence(buffers), "sequence"), TestActor);
        connection.Tell(new Send(",after"), TestActor);

        byte[] expected = [.. "before,"u8, .. all, .. all, .. all, .. ",after"u8];
        Assert.Equal(expected, await ReadAsync(client, expected.Length));
        Assert.Equal(["arrays", "memories", "sequence"], ReceiveN(3, Limit).Cast<ConnectionProtocol.Sent>().Select(sent => sent.Token));
    }

    [Fact]
    public async Task Senders_on_many_threads_do_not_mix_their_buffers()
    {
        const int senders = 8;
        const int each = 200;
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new ConnectionProtocol.SetLimits(Unbounded), TestActor);
        ExpectMsg<ConnectionProtocol.LimitsSet>(Limit);
        var sending = Enumerable.Range(0, senders).Select(sender => Task.Run(() =>
        {
            for (var i = 0; i < each; i++)
            {
                var body = new byte[(sender * 500) + i];
                Array.Fill(body, (byte)sender);
                connection.Tell(new Send([[(byte)sender, (byte)(body.Length >> 8), (byte)body.Length], body]), ActorRefs.NoSender);
            }
        }));

        var read = Task.Run(async () =>
        {
            for (var i = 0; i < senders * each; i++)
            {
                var header = await ReadAsync(client, 3);
                Assert.All(await ReadAsync(client, (header[1] << 8) + header[2]), read => Assert.Equal(header[0], read));
            }
        });
        await Task.WhenAll(sending);
        await read;
    }

    [Theory]
    [InlineData(10)]
    [InlineData(50_000)]
    public async Task Buffers_of_one_Send_are_one_framed_payload(int length)
    {
        var (client, connection) = await AcceptAsync();
        connection.Tell(new ConnectionProtocol.Register(TestActor, new HandlerOptions { Framing = new LengthPrefixFraming(LengthField.FourBytes, 1 << 20) }), TestActor);
        ExpectMsg<ConnectionProtocol.Connected>(Limit);
        var body = Seeded(1, length);

        connection.Tell(new Send(["head"u8.ToArray(), body], "token"), TestActor);

        ExpectMsg<ConnectionProtocol.Sent>(Limit);
        byte[] payload = [.. "head"u8, .. body];
        byte[] frame = [.. BitConverter.GetBytes(IPAddress.HostToNetworkOrder(payload.Length)), .. payload];
        Assert.Equal(frame, await ReadAsync(client, frame.Length));
    }

    [Fact]
    public async Task Send_of_several_buffers_is_refused_as_a_whole()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new ConnectionProtocol.SetLimits(new ConnectionSettings { LargestSend = 9 }.Limits), TestActor);
        ExpectMsg<ConnectionProtocol.LimitsSet>(Limit);

        connection.Tell(new Send([new byte[5], new byte[5]], "too large"), TestActor);
        connection.Tell(new Send(["fi"u8.ToArray(), [], "ts"u8.ToArray()], "fits"), TestActor);

        Assert.Equal(("too large", Errno.EMSGSIZE), (ExpectMsg<ConnectionProtocol.SendFailed>(Limit) is var failed ? failed.Token : null, failed.Errno));
        Assert.Equal("fits", ExpectMsg<ConnectionProtocol.Sent>(Limit).Token);
        Assert.Equal("fits", await ReadTextAsync(client, 4));
    }

    [Fact]
    public void Buffers_of_one_Send_are_sent_in_one_call() => ChildProcess.Run(CountCalls);

    [Fact]
    public void Null_buffers_and_negative_timeouts_are_refused_when_a_Send_is_created()
    {
        Assert.Throws<ArgumentNullException>(() => new Send((IReadOnlyList<byte[]>)null!));
        Assert.Throws<ArgumentNullException>(() => new Send((IReadOnlyList<ReadOnlyMemory<byte>>)null!));
        Assert.Throws<ArgumentException>(() => new Send([new byte[1], null!]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Send("text") { Timeout = TimeSpan.FromTicks(-1) });
    }

    [Fact]
    public void Send_of_one_buffer_without_a_timeout_allocates_56_bytes()
    {
        var bytes = new byte[1];
        Assert.Equal(56, Allocation.InSteadyState(() => _ = new Send(bytes)));
    }

    [Fact]
    public void Send_describes_its_buffers()
    {
        var send = new Send([[1, 2], [], [3]], "token") { Timeout = TimeSpan.FromSeconds(1) };

        Assert.Equal([1, 2, 3], send.Memory.ToArray());
        Assert.Equal(("token", TimeSpan.FromSeconds(1), "Send(3 bytes, token)"), (send.Token, send.Timeout, send.ToString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_that_does_not_start_in_time_is_removed_and_the_connection_stays_open(bool framed)
    {
        if (OverTls)
        {
            // The relay reads on, so the queue does not stay full. TlsServerTests has this case.
            return;
        }

        var (client, connection) = await AcceptAsync();
        connection.Tell(new ConnectionProtocol.Register(TestActor, new HandlerOptions { Framing = framed ? new LengthPrefixFraming(LengthField.FourBytes, 64 << 20) : null }), TestActor);
        ExpectMsg<ConnectionProtocol.Connected>(Limit);
        connection.Tell(new ConnectionProtocol.SetLimits(Unbounded), TestActor);
        ExpectMsg<ConnectionProtocol.LimitsSet>(Limit);
        connection.Tell(new Send(new byte[MoreThanTheKernelTakes]), TestActor);
        connection.Tell(new Send("joined,"), TestActor);
        connection.Tell(new Send("late") { Timeout = TimeSpan.FromSeconds(1) }, TestActor);
        connection.Tell(new Send([new byte[5000], new byte[10], new byte[5000]], "late list") { Timeout = TimeSpan.FromSeconds(1) }, TestActor);
        connection.Tell(new Send("patient,", "patient") { Timeout = TimeSpan.FromSeconds(100) }, TestActor);
        connection.Tell(new Send("untimed", "untimed"), TestActor);
        var queued = (await DescribeAsync(connection)).BytesQueued;

        await AdvanceAsync(TimeSpan.FromSeconds(2));

        Assert.Equal([null, "late list"], ReceiveN(2, Limit).Cast<ConnectionProtocol.SendFailed>().Select(failed =>
        {
            Assert.Equal(Errno.ETIMEDOUT, failed.Errno);
            return failed.Token;
        }));
        var description = await DescribeAsync(connection);
        Assert.Equal((queued - 4 - 10_010 - (framed ? 8 : 0), ConnectionPhase.Open), (description.BytesQueued, description.Phase));
        var header = framed ? 4 : 0;
        var bytes = await ReadAsync(client, MoreThanTheKernelTakes + 7 + 8 + 7 + (4 * header));
        Assert.Equal("joined,", Encoding.UTF8.GetString(bytes.AsSpan(MoreThanTheKernelTakes + (2 * header), 7)));
        Assert.Equal("patient,", Encoding.UTF8.GetString(bytes.AsSpan(MoreThanTheKernelTakes + 7 + (3 * header), 8)));
        Assert.Equal("untimed", Encoding.UTF8.GetString(bytes.AsSpan(^7)));
        Assert.Equal(["patient", "untimed"], ReceiveN(2, Limit).Cast<ConnectionProtocol.Sent>().Select(sent => sent.Token));
    }

    [Fact]
    public async Task Send_that_is_only_partly_sent_in_time_ends_the_connection()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new ConnectionProtocol.SetLimits(Unbounded), TestActor);
        ExpectMsg<ConnectionProtocol.LimitsSet>(Limit);
        connection.Tell(new Send(new byte[MoreThanTheKernelTakes], "part") { Timeout = TimeSpan.FromSeconds(1) }, TestActor);
        await DescribeAsync(connection);

        await AdvanceAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(("part", Errno.ETIMEDOUT), (ExpectMsg<ConnectionProtocol.SendFailed>(Limit) is var failed ? failed.Token : null, failed.Errno));
        var closed = ExpectMsg<ConnectionProtocol.Closed>(Limit);
        Assert.Equal((CloseReason.Error, Errno.ETIMEDOUT), (closed.Reason, closed.Errno));
        Assert.True(closed.UnsentBytes > 0);
        client.Dispose();
    }

    [Fact]
    public async Task Send_that_is_sent_in_time_has_its_outcome_and_no_failure()
    {
        var (client, connection) = await RegisteredAsync();
        for (var i = 0; i < 100; i++)
        {
            connection.Tell(new Send("x", i) { Timeout = TimeSpan.FromSeconds(1) }, TestActor);
            connection.Tell(new Send("y") { Timeout = TimeSpan.Zero }, TestActor);
        }

        Assert.Equal(Enumerable.Range(0, 100), ReceiveN(100, Limit).Cast<ConnectionProtocol.Sent>().Select(sent => (int)sent.Token));
        await AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(ConnectionPhase.Open, await PhaseAsync(connection));
        Assert.Equal(200, (await ReadAsync(client, 200)).Length);
        Assert.False(HasMessages);
    }

    [Fact]
    public async Task Withdrawn_Send_lets_a_close_finish()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new ConnectionProtocol.SetLimits(Unbounded), TestActor);
        ExpectMsg<ConnectionProtocol.LimitsSet>(Limit);
        connection.Tell(new Send(new byte[MoreThanTheKernelTakes]), TestActor);
        connection.Tell(new Send("late", "late") { Timeout = TimeSpan.FromSeconds(1) }, TestActor);
        connection.Tell(ConnectionProtocol.Close.Instance, TestActor);
        await DescribeAsync(connection);

        await AdvanceAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(Errno.ETIMEDOUT, ExpectMsg<ConnectionProtocol.SendFailed>(Limit).Errno);
        Assert.Equal(MoreThanTheKernelTakes, (await ReadToEndAsync(client)).Length);
        Assert.Equal(CloseReason.Closed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
    }

    private static void CountCalls() => CountCallsAsync().GetAwaiter().GetResult();

    private static async Task CountCallsAsync()
    {
        var calls = new OneCallFails(SystemCall.Send, Errno.EIO);
        AppContext.SetData(ISystemCallFaults.Key, calls);
        using var system = ActorSystem.Create("calls", "actortcp { loops = 1, drain-timeout = 0s }\nakka { loglevel = ERROR, stdout-loglevel = OFF }");
        using var server = Tcp.CreateServer(AnyPort)!;
        using var client = await EchoClient.ConnectAsync(server.SockName()!.ToIPEndPoint(), LimitToken());
        var adopt = new AdoptionProtocol.Adopt(server.Accept()!.Detach()!, Props.Create<EchoHandler>());
        var connection = (await system.ActorTcp().Manager.Ask<AdoptionProtocol.Adopted>(adopt, Limit)).Connection;
        var before = calls.Count;

        await connection.Ask<ConnectionProtocol.Sent>(new Send([new byte[10], new byte[3000], new byte[3000]], "token"), Limit);

        Assert.Equal(1, calls.Count - before);
        Assert.Equal(6010, (await ReadAsync(client, 6010)).Length);
        await system.Terminate();
    }

    private static ReadOnlySequence<byte> Sequence(byte[][] buffers)
    {
        var first = new Segment(buffers[0], null);
        var last = buffers.Skip(1).Aggregate(first, (before, buffer) => new Segment(buffer, before));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? before)
        {
            Memory = bytes;
            if (before is not null)
            {
                before.Next = this;
                RunningIndex = before.RunningIndex + before.Memory.Length;
            }
        }
    }
}
