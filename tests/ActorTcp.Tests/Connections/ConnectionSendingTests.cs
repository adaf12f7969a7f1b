namespace ActorTcp.Tests.Connections;

/// <summary>Outcomes, the queue's marks, Flush, and half closes in every order.</summary>
public class ConnectionSendingTests(ITestOutputHelper output) : ConnectionTestKit(
    output,
    "akka.loglevel = INFO\nactortcp.connection { send-queue-bytes = 64MiB, send-queue-high = 128KiB, send-queue-low = 16KiB }",
    loops: 1)
{
    private const int MoreThanTheKernelTakes = 16 * 1024 * 1024;

    private static readonly ConnectionLimits Limits =
        new(64 << 20, 128 << 10, 16 << 10, 256 << 10, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);

    [Fact]
    public async Task QueueHigh_and_QueueLow_come_in_pairs_and_reading_continues_between_them()
    {
        var (client, connection) = await RegisteredAsync();
        for (var round = 0; round < 3; round++)
        {
            connection.Tell(new Send(new byte[MoreThanTheKernelTakes]), TestActor);
            Assert.True(ExpectMsg<ConnectionProtocol.QueueHigh>(Limit).Bytes > 128 * 1024);
            await SendAsync(client, "question");
            Assert.Equal(8, ReceiveLength(8));
            connection.Tell(new Send(new byte[1]), TestActor);

            await ReadAsync(client, MoreThanTheKernelTakes + 1);

            Assert.InRange(ExpectMsg<ConnectionProtocol.QueueLow>(Limit).Bytes, 0, 16 * 1024);
        }
    }

    [Fact]
    public async Task Marks_raised_above_the_queue_send_QueueLow_and_lowered_marks_send_QueueHigh()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new Send(new byte[MoreThanTheKernelTakes]), TestActor);
        ExpectMsg<ConnectionProtocol.QueueHigh>(Limit);

        connection.Tell(new ConnectionProtocol.SetLimits(Limits with { SendQueueHigh = 60 << 20, SendQueueLow = 50 << 20 }), TestActor);
        ExpectMsg<ConnectionProtocol.QueueLow>(Limit);
        ExpectMsg<ConnectionProtocol.LimitsSet>(Limit);
        connection.Tell(new ConnectionProtocol.SetLimits(Limits with { SendQueueHigh = 64 << 10, SendQueueLow = 0 }), TestActor);
        ExpectMsg<ConnectionProtocol.QueueHigh>(Limit);
        ExpectMsg<ConnectionProtocol.LimitsSet>(Limit);

        await ReadAsync(client, MoreThanTheKernelTakes);
        Assert.Equal(0, ExpectMsg<ConnectionProtocol.QueueLow>(Limit).Bytes);
    }

    [Fact]
    public async Task QueueLow_is_not_sent_after_Closed_if_Abort_arrives_while_the_queue_drains()
    {
        if (OverTls)
        {
            // The relay reads on, so the queue does not stay full.
            return;
        }

        var (client, connection) = await RegisteredAsync();
        Watch(connection);
        while ((await DescribeAsync(connection)).BytesQueued <= Limits.SendQueueHigh)
        {
            connection.Tell(new Send(new byte[64 * 1024]), TestActor);
        }

        ExpectMsg<ConnectionProtocol.QueueHigh>(Limit);
        var taken = (await DescribeAsync(connection)).BytesOut;
        var abort = new SendAtEndOfTurn(connection, ConnectionProtocol.Abort.Instance, TestActor);
        var loop = Sys.ActorTcp().Loops[0];
        loop.Post(() => loop.RunAtEndOfTurn(abort));
        // The loop is blocked: it handles the writable queue only after the turn in which the connection receives Abort.
        await abort.Reached.Task.WaitAsync(Limit);
        await ReadAsync(client, (int)taken);
        abort.GoOn.Set();

        Assert.Equal(CloseReason.Aborted, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
        ExpectTerminated(connection, Limit);
    }

    [Fact]
    public async Task Flush_is_answered_after_all_earlier_Sends()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new ConnectionProtocol.Flush("at once"), TestActor);
        Assert.Equal("at once", ExpectMsg<ConnectionProtocol.Flushed>(Limit).Token);
        connection.Tell(new Send(new byte[MoreThanTheKernelTakes], "sent"), TestActor);
        connection.Tell(new ConnectionProtocol.Flush("after"), TestActor);
        connection.Tell(new Send(new byte[MoreThanTheKernelTakes], "sent after"), TestActor);
        connection.Tell(new ConnectionProtocol.Flush("last"), TestActor);
        ExpectMsg<ConnectionProtocol.QueueHigh>(Limit);

        await ReadAsync(client, 2 * MoreThanTheKernelTakes);

        Assert.Equal(
            [new ConnectionProtocol.Sent("sent"), new ConnectionProtocol.Flushed("after"), new ConnectionProtocol.Sent("sent after"), new ConnectionProtocol.Flushed("last")],
            ReceiveN(5, Limit).Where(message => message is not ConnectionProtocol.QueueLow));
    }

    [Fact]
    public async Task Empty_Send_is_answered_in_order()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new Send(ReadOnlyMemory<byte>.Empty, 0), TestActor);
        Assert.Equal(0, ExpectMsg<ConnectionProtocol.Sent>(Limit).Token);

        for (var i = 1; i < 100; i++)
        {
            connection.Tell(new Send(i % 2 == 0 ? "" : "x", i), TestActor);
            connection.Tell(new ConnectionProtocol.Flush(-i), TestActor);
        }

        Assert.Equal(
            Enumerable.Range(1, 99).SelectMany(i => new object[] { new ConnectionProtocol.Sent(i), new ConnectionProtocol.Flushed(-i) }),
            ReceiveN(2 * 99, Limit));
        Assert.Equal(new string('x', 50), await ReadTextAsync(client, 50));
    }

    [Fact]
    public async Task Token_that_is_itself_a_message_is_not_handled_as_one()
    {
        var (client, connection) = await RegisteredAsync();
        var shutdown = new ConnectionProtocol.Shutdown(ShutdownHow.Both);

        connection.Tell(new Send("a", shutdown), TestActor);
        Assert.Same(shutdown, ExpectMsg<ConnectionProtocol.Sent>(Limit).Token);
        connection.Tell(new Send("b", new ConnectionProtocol.Flushed("x")), TestActor);
        ExpectMsg<ConnectionProtocol.Sent>(Limit);

        Assert.Equal("ab", await ReadTextAsync(client, 2));
    }

    [Fact]
    public async Task Shutdown_Write_flushes_earlier_Sends_refuses_later_ones_and_still_receives()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new ConnectionProtocol.SetLimits(Limits with { SendQueueHigh = 64 << 20 }), TestActor);
        ExpectMsg<ConnectionProtocol.LimitsSet>(Limit);
        connection.Tell(new Send(new byte[MoreThanTheKernelTakes]), TestActor);
        connection.Tell(new ConnectionProtocol.Shutdown(ShutdownHow.Write), TestActor);
        connection.Tell(new Send("refused", "after"), TestActor);
        var failed = ExpectMsg<ConnectionProtocol.SendFailed>(Limit);
        Assert.Equal((Errno.EPIPE, "after"), (failed.Errno, failed.Token));

        Assert.Equal(MoreThanTheKernelTakes, (await ReadToEndAsync(client)).Length);

        Assert.Equal(new ConnectionProtocol.ShutdownDone(ShutdownHow.Write, 0), ExpectMsg<ConnectionProtocol.ShutdownDone>(Limit));
        await SendAsync(client, "still open!");
        Assert.Equal(11, ReceiveLength(11));
        client.Shutdown(SocketShutdown.Send);
        ExpectMsg<ConnectionProtocol.PeerEof>(Limit);
        Assert.Equal(CloseReason.PeerClosed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
    }

    [Theory]
    [InlineData(ShutdownHow.Write)]
    [InlineData(ShutdownHow.Both)]
    public async Task Shutdown_after_the_peers_end_sends_an_end_of_stream(ShutdownHow how)
    {
        var (client, connection) = await RegisteredAsync(keepOpen: true);
        client.Shutdown(SocketShutdown.Send);
        ExpectMsg<ConnectionProtocol.PeerEof>(Limit);

        connection.Tell(new Send("answer"), TestActor);
        connection.Tell(new ConnectionProtocol.Shutdown(how), TestActor);

        Assert.Equal(new ConnectionProtocol.ShutdownDone(how, 0), ExpectMsg<ConnectionProtocol.ShutdownDone>(Limit));
        Assert.Equal("answer"u8.ToArray(), await ReadToEndAsync(client));
        connection.Tell(ConnectionProtocol.Close.Instance, TestActor);
        Assert.Equal(CloseReason.Closed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
    }

    [Fact]
    public async Task Reset_fails_each_Send_and_Flush_that_is_still_in_the_mailbox()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new Send(new byte[MoreThanTheKernelTakes], "waits"), TestActor);
        ExpectMsg<ConnectionProtocol.QueueHigh>(Limit);

        using var gate = new ManualResetEventSlim();
        using var holding = new ManualResetEventSlim();
        Sys.ActorOf(Props.Create<HoldingHandler>().WithDispatcher(Sys.ActorTcp().DispatcherOf(0))).Tell((holding, gate));
        Assert.True(holding.Wait(Limit));
        Reset(client);
        for (var i = 0; i < 1000; i++)
        {
            connection.Tell(new Send("x", i), TestActor);
            connection.Tell(new ConnectionProtocol.Flush(i), TestActor);
        }

        gate.Set();
        var messages = new List<object>();
        while (messages.Count(message => message is ConnectionProtocol.SendFailed) < 2001 || !messages.Exists(message => message is ConnectionProtocol.Closed))
        {
            messages.Add(ReceiveOne(Limit) ?? throw new TimeoutException($"{messages.Count} messages: {string.Join(", ", messages.Take(5))}"));
        }

        Assert.Single(messages, message => message is ConnectionProtocol.Closed { Reason: CloseReason.Error });
        Assert.DoesNotContain(messages, message => message is ConnectionProtocol.Sent or ConnectionProtocol.Flushed);
    }

    private int ReceiveLength(int least)
    {
        var length = 0;
        while (length < least)
        {
            length += ExpectMsg<Received>(Limit).Length;
        }

        return length;
    }

    private sealed class SendAtEndOfTurn(IActorRef connection, object message, IActorRef sender) : IEndOfTurn
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim GoOn { get; } = new();

        public void OnEndOfTurn()
        {
            Reached.SetResult();
            GoOn.Wait(Limit);
            connection.Tell(message, sender);
        }
    }
}
