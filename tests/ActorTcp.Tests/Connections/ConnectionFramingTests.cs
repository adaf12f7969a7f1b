namespace ActorTcp.Tests.Connections;

/// <summary>A connection with a framing delivers frames and sends payloads as frames.</summary>
public class ConnectionFramingTests(ITestOutputHelper output) : ConnectionTestKit(output, "akka.loglevel = INFO\nactortcp.connection.send-queue-bytes = 256KiB", stillClock: true)
{
    private static readonly LineFraming Lines = new(maxLength: 100);

    [Fact]
    public async Task Each_line_is_one_Received_however_it_arrives_and_each_Send_is_one_line()
    {
        var (client, connection) = await FramedAsync(Lines);

        await SendAsync(client, "one\r\ntw");
        Assert.Equal((0, "one"), NextReceived());
        await SendAsync(client, "o\n\nfour\n");

        Assert.Equal([(5, "two"), (9, ""), (10, "four")], Enumerable.Range(0, 3).Select(_ => NextReceived()));
        connection.Tell(new Send("answer"), TestActor);
        connection.Tell(new Send("", "token"), TestActor);
        Assert.Equal("token", ExpectMsg<ConnectionProtocol.Sent>(Limit).Token);
        Assert.Equal("answer\n\n", await ReadTextAsync(client, 8));
    }

    [Fact]
    public async Task In_pull_mode_each_Read_delivers_one_frame()
    {
        var (client, connection) = await FramedAsync(Lines, pull: true);
        await SendAsync(client, "one\ntwo\nthree\nincom");
        await AwaitAsync(connection, description => description is { BytesIn: 19, BytesUnread: 19 });

        connection.Tell(ConnectionProtocol.Read.Instance, TestActor);
        connection.Tell(ConnectionProtocol.Read.Instance, TestActor);

        Assert.Equal((0, "one"), NextReceived());
        Assert.Equal((4, "two"), NextReceived());
        Assert.Equal(11, (await DescribeAsync(connection)).BytesUnread);
        connection.Tell(ConnectionProtocol.Read.Instance, TestActor);
        connection.Tell(ConnectionProtocol.Read.Instance, TestActor);
        Assert.Equal((8, "three"), NextReceived());
        await SendAsync(client, "plete\n");
        Assert.Equal((14, "incomplete"), NextReceived());
    }

    [Fact]
    public async Task New_framing_starts_directly_after_the_last_delivered_frame()
    {
        var (client, connection) = await FramedAsync(Lines, pull: true);
        await SendAsync(client, "binary 5\nab\ncdline\nraw\nas it ");
        await AwaitAsync(connection, description => description.BytesIn == 29);

        Read(connection);
        Assert.Equal((0, "binary 5"), NextReceived());
        Assert.Equal(9, Set(connection, new FixedFraming(5)).Offset);
        Read(connection);
        Assert.Equal((9, "ab\ncd"), NextReceived());
        Assert.Equal(14, Set(connection, Lines).Offset);
        Read(connection);
        Read(connection);
        Assert.Equal((14, "line"), NextReceived());
        Assert.Equal((19, "raw"), NextReceived());
        Assert.Equal(23, Set(connection, null).Offset);
        Read(connection);

        Assert.Equal((23, "as it "), NextReceived());
        connection.Tell(new Send("as it is"), TestActor);
        Assert.Equal("as it is", await ReadTextAsync(client, 8));
        Read(connection);
        await SendAsync(client, "comes");
        Assert.Equal((29, "comes"), NextReceived());
    }

    [Fact]
    public async Task Framing_attached_in_mid_stream_starts_with_the_undelivered_bytes()
    {
        var (client, connection) = await RegisteredAsync(pull: true);
        await SendAsync(client, "raw");
        Read(connection);
        Assert.Equal((0, "raw"), NextReceived());
        for (var i = 0; i < 3; i++)
        {
            await SendAsync(client, $"a{i}");
            await AwaitAsync(connection, description => description.BytesUnread == 2 * (i + 1));
        }

        Assert.Equal(3, Set(connection, new LineFraming(100)).Offset);
        Read(connection);
        await SendAsync(client, "\n");

        Assert.Equal((3, "a0a1a2"), NextReceived());
    }

    [Fact]
    public async Task Frame_above_the_limit_fails_before_buffering_and_the_handler_can_answer()
    {
        var (client, connection) = await FramedAsync(Lines, keepOpen: true);
        await SendAsync(client, "good\n" + new string('x', 200_000));

        Assert.Equal((0, "good"), NextReceived());
        var failed = ExpectMsg<ConnectionProtocol.FrameFailed>(Limit);
        Assert.Equal((FrameErrorKind.TooLong, 100, 5), (failed.Error.Fault, failed.Error.Limit, failed.Error.Offset));
        var closed = ExpectMsg<ConnectionProtocol.Closed>(Limit);
        Assert.Equal((CloseReason.BadFrame, failed.Error.Text), (closed.Reason, closed.Text));
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task Send_of_a_TcpHandler_on_a_bad_frame_is_flushed_before_the_close()
    {
        var closed = new TaskCompletionSource<ConnectionProtocol.Closed>();
        var client = await ConnectAsync(new ListenerProtocol.Bind(
            AnyPort, Props.Create(() => new AnswersBadFrame(closed)), new HandlerOptions { Framing = new LengthPrefixFraming(LengthField.FourBytes, maxLength: 1000) }));

        await SendAsync(client, new byte[] { 0, 0, 4, 0 });

        Assert.Equal("\0\0\0\u0004sigh", Encoding.UTF8.GetString(await ReadToEndAsync(client)));
        Assert.Equal(CloseReason.BadFrame, (await closed.Task.WaitAsync(Limit)).Reason);
    }

    [Fact]
    public async Task PeerEof_has_the_bytes_of_the_incomplete_frame()
    {
        var (client, _) = await FramedAsync(Lines);
        await SendAsync(client, "line\nrest");
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal((0, "line"), NextReceived());
        Assert.Equal("rest", Encoding.UTF8.GetString(ExpectMsg<ConnectionProtocol.PeerEof>(Limit).IncompleteFrame.Span));
        Assert.Equal(CloseReason.PeerClosed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
    }

    [Fact]
    public async Task Send_that_the_framing_refuses_fails_with_EMSGSIZE_and_affects_nothing_else()
    {
        var (client, connection) = await FramedAsync(Lines);

        connection.Tell(new Send("two\nlines", 1), TestActor);
        connection.Tell(new Send(new string('x', 101)), TestActor);
        connection.Tell(new Send(new string('x', 1), 3), TestActor);

        var failed = ExpectMsg<ConnectionProtocol.SendFailed>(Limit);
        Assert.Equal((1, Errno.EMSGSIZE), (failed.Token, failed.Errno));
        failed = ExpectMsg<ConnectionProtocol.SendFailed>(Limit);
        Assert.Equal((null, Errno.EMSGSIZE), (failed.Token, failed.Errno));
        Assert.Contains("101", failed.Text, StringComparison.Ordinal);
        Assert.Equal(3, ExpectMsg<ConnectionProtocol.Sent>(Limit).Token);
        Assert.Equal("x\n", await ReadTextAsync(client, 2));
    }

    [Fact]
    public async Task Send_queue_bound_includes_the_bytes_that_the_framing_adds()
    {
        var (client, connection) = await FramedAsync(new LengthPrefixFraming(LengthField.FourBytes, maxLength: 1 << 20));

        const int payload = 60_000;
        ConnectionProtocol.SendFailed? failed = null;
        for (var sent = 0; failed is null; sent++)
        {
            connection.Tell(new Send(new byte[payload], sent), TestActor);
            var queued = (await DescribeAsync(connection)).BytesQueued;
            Assert.InRange(queued, 0, 256 * 1024);
            while (failed is null && ReceiveOne(TimeSpan.Zero) is { } outcome)
            {
                failed = outcome as ConnectionProtocol.SendFailed;
            }

            Assert.True(failed is null || queued + payload + 4 + (5 * ConnectionLimits.MessageOverhead * 2) > 256 * 1024, $"refused with {queued} bytes queued");
        }

        Assert.Equal(Errno.ENOBUFS, failed.Errno);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task Empty_queue_accepts_a_Send_above_its_bound_up_to_the_largest_Send(int header)
    {
        var (client, connection) = header == 0 ? await RegisteredAsync() : await FramedAsync(new LengthPrefixFraming(LengthField.FourBytes, maxLength: 16 << 20));
        connection.Tell(new ConnectionProtocol.SetLimits(new ConnectionSettings { SendQueueBytes = 256 * 1024 }.Limits with { LargestSend = 4 << 20 }), TestActor);
        FishForMessage<ConnectionProtocol.LimitsSet>(_ => true, Limit);

        connection.Tell(new Send(new byte[(4 << 20) + 1], "too large"), TestActor);
        Assert.Equal(Errno.EMSGSIZE, FishForMessage<ConnectionProtocol.SendFailed>(_ => true, Limit).Errno);
        connection.Tell(new Send(new byte[2 << 20], "large"), TestActor);
        Assert.Equal(header + (2 << 20), (await ReadAsync(client, header + (2 << 20))).Length);
        Assert.Equal("large", FishForMessage<ConnectionProtocol.Sent>(_ => true, Limit).Token);
    }

    [Fact]
    public async Task New_owner_of_the_socket_receives_the_bytes_of_undelivered_frames()
    {
        var (client, connection) = await FramedAsync(Lines, pull: true);
        await SendAsync(client, "one\ntwo\r\nthr");
        await AwaitAsync(connection, description => description.BytesIn == 12);
        Read(connection);
        Assert.Equal((0, "one"), NextReceived());

        connection.Tell(new ConnectionProtocol.Detach(TestActor), TestActor);

        if (OverTls)
        {
            Assert.Equal(Errno.EOPNOTSUPP, FishForMessage<ConnectionProtocol.DetachFailed>(_ => true, Limit).Errno);
            return;
        }

        var handed = FishForMessage<ConnectionProtocol.Detached>(_ => true, Limit);
        Assert.Equal("two\r\nthr", Encoding.UTF8.GetString(handed.Unread.Span));
        handed.Socket.Dispose();
    }

    [Fact]
    public async Task A_peer_that_does_not_finish_a_frame_in_time_is_closed_however_often_it_sends()
    {
        var (client, connection) = await FramedAsync(Lines);
        var deadline = TimeSpan.FromMilliseconds(500);
        connection.Tell(new ConnectionProtocol.SetLimits(Limits with { FrameCompletion = deadline }), TestActor);
        ExpectMsg<ConnectionProtocol.LimitsSet>(Limit);
        for (var i = 0; i < 6; i++)
        {
            // A complete frame ends its deadline, so the peer may continue for ever.
            await SendAsync(client, "line\n");
            ExpectMsg<Received>(Limit);
            await AdvanceAsync(deadline / 2);
        }

        var before = (await DescribeAsync(connection)).BytesIn;
        for (var sent = 1; sent <= 9; sent++)
        {
            await SendAsync(client, "x");
            await AwaitAsync(connection, description => description.BytesIn == before + sent);
            await AdvanceAsync(deadline / 10);
        }

        Assert.Equal(ConnectionPhase.Open, await PhaseAsync(connection));
        await AdvanceAsync((deadline / 10) + TimeSpan.FromMilliseconds(2 * TimerWheel.Tick));

        Assert.Equal(CloseReason.FrameTimeout, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
    }

    [Fact]
    public async Task Time_while_reading_is_paused_does_not_count_for_a_frame()
    {
        var (client, connection) = await FramedAsync(Lines);
        await SendAsync(client, "begin");
        await AwaitAsync(connection, description => description.BytesIn == 5);
        connection.Tell(ConnectionProtocol.SuspendReading.Instance, TestActor);
        var deadline = TimeSpan.FromMilliseconds(300);
        connection.Tell(new ConnectionProtocol.SetLimits(Limits with { FrameCompletion = deadline }), TestActor);
        ExpectMsg<ConnectionProtocol.LimitsSet>(Limit);

        await AdvanceAsync(deadline * 3);
        Assert.Equal(ConnectionPhase.Open, await PhaseAsync(connection));
        connection.Tell(ConnectionProtocol.ResumeReading.Instance, TestActor);
        Assert.Equal(ConnectionPhase.Open, await PhaseAsync(connection));
        await AdvanceAsync(deadline + TimeSpan.FromMilliseconds(2 * TimerWheel.Tick));

        Assert.Equal(CloseReason.FrameTimeout, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
    }

    [Fact]
    public async Task Framing_that_cannot_be_attached_leaves_the_previous_framing()
    {
        var (client, connection) = await FramedAsync(Lines);

        connection.Tell(new ConnectionProtocol.SetFraming(new Broken()), TestActor);

        Assert.Contains("out of order", ExpectMsg<ConnectionProtocol.OptionFailed>(Limit).Text, StringComparison.Ordinal);
        await SendAsync(client, "line\n");
        Assert.Equal((0, "line"), NextReceived());
    }

    private static ConnectionLimits Limits => new(256 * 1024, 128 * 1024, 1024, 64 * 1024, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);

    private void Read(IActorRef connection) => connection.Tell(ConnectionProtocol.Read.Instance, TestActor);

    private ConnectionProtocol.FramingSet Set(IActorRef connection, IFraming? framing)
    {
        connection.Tell(new ConnectionProtocol.SetFraming(framing), TestActor);
        return ExpectMsg<ConnectionProtocol.FramingSet>(Limit);
    }

    private (long Offset, string Text) NextReceived()
    {
        var received = ExpectMsg<Received>(Limit);
        var frame = (received.Offset, Encoding.UTF8.GetString(received.Span));
        received.Release();
        return frame;
    }

    private async Task<(Socket Client, IActorRef Connection)> FramedAsync(IFraming framing, bool pull = false, bool keepOpen = false)
    {
        var (client, connection) = await AcceptAsync();
        connection.Tell(new ConnectionProtocol.Register(TestActor, new HandlerOptions { KeepOpenOnPeerEof = keepOpen, Pull = pull, Framing = framing }), TestActor);
        ExpectMsg<ConnectionProtocol.Connected>(Limit);
        return (client, connection);
    }

    private sealed class AnswersBadFrame(TaskCompletionSource<ConnectionProtocol.Closed> closed) : TcpHandler
    {
        protected override void OnFrameFailed(ConnectionProtocol.FrameFailed failed) => Send("sigh");

        protected override void OnClosed(ConnectionProtocol.Closed message) => closed.TrySetResult(message);
    }

    private sealed class Broken : IFraming
    {
        public IFrameDecoder CreateDecoder() => throw new InvalidOperationException("out of order");

        public IFrameEncoder CreateEncoder() => throw new InvalidOperationException("out of order");
    }
}
