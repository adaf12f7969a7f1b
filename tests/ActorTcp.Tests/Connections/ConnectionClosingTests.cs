namespace ActorTcp.Tests.Connections;

/// <summary>Each way to end a connection, and the events that can happen meanwhile.</summary>
public class ConnectionClosingTests(ITestOutputHelper output) : ConnectionTestKit(
    output,
    "akka.loglevel = INFO\nactortcp.connection { send-queue-bytes = 64MiB, send-queue-high = 64MiB }")
{
    private const int MoreThanTheKernelTakes = 16 * 1024 * 1024;

    [Fact]
    public async Task Close_delivers_all_bytes_to_a_peer_that_goes_on_sending()
    {
        var (client, connection) = await RegisteredAsync();
        var bytes = Seeded(1, 300_000);
        connection.Tell(new Send(bytes, "all"), TestActor);
        ExpectMsg<ConnectionProtocol.Sent>(Limit);
        connection.Tell(ConnectionProtocol.Close.Instance, TestActor);
        Assert.Equal(CloseReason.Closed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
        await SendAsync(client, "more");

        Assert.Equal(bytes, await ReadToEndAsync(client));
    }

    [Fact]
    public async Task Close_waits_at_most_a_second_for_the_peers_end_of_stream()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(ConnectionProtocol.Close.Instance, TestActor);
        Assert.Equal(CloseReason.Closed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
        Assert.Empty(await ReadToEndAsync(client));
        var loops = Sys.ActorTcp().Loops;
        Assert.Equal(1, Enumerable.Range(0, loops.Count).Sum(i => ClosingSockets.CountOf(loops[i])));

        await AdvanceAsync(TimeSpan.FromMilliseconds(2 * ClosingSockets.MaxMilliseconds));

        Assert.Equal(0, Enumerable.Range(0, loops.Count).Sum(i => ClosingSockets.CountOf(loops[i])));
    }

    [Fact]
    public async Task ConfirmedClose_half_closes_and_delivers_bytes_until_the_peer_closes()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new Send("bye"), TestActor);
        connection.Tell(ConnectionProtocol.ConfirmedClose.Instance, TestActor);
        Assert.Equal("bye"u8.ToArray(), await ReadToEndAsync(client));

        var bytes = Seeded(1, 300_000);
        await SendAsync(client, bytes);
        Assert.Equal(bytes, ReceiveBytes(bytes.Length));
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal(CloseReason.Closed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
    }

    [Fact]
    public async Task ConfirmedClose_delivers_buffered_bytes_even_after_the_peers_end_of_stream()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(ConnectionProtocol.SuspendReading.Instance, TestActor);
        await DescribeAsync(connection);
        connection.Tell(ConnectionProtocol.ResumeReading.Instance, TestActor);
        connection.Tell(ConnectionProtocol.SuspendReading.Instance, TestActor);
        await SendAsync(client, "waits");
        client.Shutdown(SocketShutdown.Send);

        connection.Tell(ConnectionProtocol.ConfirmedClose.Instance, TestActor);

        Assert.Equal("waits"u8.ToArray(), ReceiveBytes(5));
        Assert.Equal(CloseReason.Closed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
    }

    [Fact]
    public async Task ConfirmedClose_in_pull_mode_delivers_on_Read_and_ends_after_the_last_bytes()
    {
        var (client, connection) = await RegisteredAsync(pull: true);
        await SendAsync(client, "one");
        await AwaitAsync(connection, description => description.BytesUnread == 3);
        client.Shutdown(SocketShutdown.Send);
        await AwaitAsync(connection, description => description.Phase == ConnectionPhase.PeerEndPending);

        connection.Tell(ConnectionProtocol.ConfirmedClose.Instance, TestActor);
        await AwaitAsync(connection, description => description.Phase == ConnectionPhase.AwaitingEnd);
        connection.Tell(ConnectionProtocol.Read.Instance, TestActor);

        Assert.Equal(3, ExpectMsg<Received>(Limit).Length);
        Assert.Equal(CloseReason.Closed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
    }

    [Fact]
    public async Task ConfirmedClose_loses_no_byte_of_an_arriving_stream()
    {
        var (client, connection) = await RegisteredAsync();
        var bytes = Seeded(5, 8_000_000);
        var sending = Task.Run(async () =>
        {
            await SendAsync(client, bytes);
            client.Shutdown(SocketShutdown.Send);
        });
        var first = ExpectMsg<Received>(Limit);
        Assert.Equal(0, first.Offset);
        connection.Tell(new Send("bye"), TestActor);
        connection.Tell(ConnectionProtocol.ConfirmedClose.Instance, TestActor);

        var received = new MemoryStream();
        received.Write(first.Span);
        foreach (var message in ReceiveToClosed().OfType<Received>())
        {
            Assert.Equal(received.Length, message.Offset);
            received.Write(message.Span);
        }

        await sending;
        Assert.Equal(bytes, received.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Close_and_Abort_end_a_ConfirmedClose_that_waits_for_the_peers_end(bool abort)
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(ConnectionProtocol.ConfirmedClose.Instance, TestActor);
        await AwaitAsync(connection, description => description.Phase == ConnectionPhase.AwaitingEnd);

        connection.Tell(abort ? ConnectionProtocol.Abort.Instance : ConnectionProtocol.Close.Instance, TestActor);

        Assert.Equal(abort ? CloseReason.Aborted : CloseReason.Closed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
    }

    [Fact]
    public async Task Close_after_a_ConfirmedClose_that_still_flushes_does_not_wait_for_the_peer()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new Send(new byte[MoreThanTheKernelTakes]), TestActor);
        connection.Tell(ConnectionProtocol.ConfirmedClose.Instance, TestActor);
        connection.Tell(ConnectionProtocol.Close.Instance, TestActor);

        Assert.Equal(MoreThanTheKernelTakes, (await ReadToEndAsync(client)).Length);

        Assert.Equal(CloseReason.Closed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ConfirmedClose_ends_when_its_handler_stops(bool confirms)
    {
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerProtocol.ConnectionClosed));
        var record = new HandlerRecord();
        var props = confirms
            ? Props.Create(() => new RecordingHandler(record, ProcessingStyle.ReceiveAsync)).WithDispatcher("akka.actor.default-dispatcher")
            : Props.Create<EchoHandler>();
        var (client, connection) = await AcceptAsync();
        var handler = Sys.ActorOf(props);
        connection.Tell(new ConnectionProtocol.Register(handler), TestActor);
        await SendAsync(client, "told");
        connection.Tell(ConnectionProtocol.ConfirmedClose.Instance, TestActor);
        await AwaitAsync(connection, description => description.Phase == ConnectionPhase.AwaitingEnd);

        Sys.Stop(handler);

        Assert.Equal(CloseReason.HandlerStopped, FishForMessage<ListenerProtocol.ConnectionClosed>(_ => true, Limit).Closed.Reason);
    }

    [Fact]
    public async Task ConfirmedClose_before_Register_closes_the_connection()
    {
        var (client, connection) = await AcceptAsync();
        Watch(connection);

        connection.Tell(ConnectionProtocol.ConfirmedClose.Instance, TestActor);

        ExpectTerminated(connection, Limit);
        Assert.Empty(await ReadToEndAsync(client));
    }

    [Fact]
    public async Task Close_delivers_all_Sends_although_bytes_of_the_peer_are_unread()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(ConnectionProtocol.SuspendReading.Instance, TestActor);
        await DescribeAsync(connection);
        await SendAsync(client, new byte[100_000]);
        var bytes = Seeded(2, 3_000_000);
        connection.Tell(new Send(bytes), TestActor);
        connection.Tell(ConnectionProtocol.Close.Instance, TestActor);

        Assert.Equal(bytes, await ReadToEndAsync(client));

        Assert.Equal(CloseReason.Closed, ExpectMsg<ConnectionProtocol.Closed>(Limit).Reason);
    }

    [Fact]
    public async Task Reset_by_the_peer_during_the_flush_reports_the_number_of_unsent_bytes()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new Send(new byte[MoreThanTheKernelTakes], "waits"), TestActor);
        connection.Tell(ConnectionProtocol.Close.Instance, TestActor);
        await AwaitAsync(connection, description => description.Phase == ConnectionPhase.Flushing);

        Reset(client);

        Assert.Equal("waits", ExpectMsg<ConnectionProtocol.SendFailed>(Limit).Token);
        var closed = ExpectMsg<ConnectionProtocol.Closed>(Limit);
        Assert.Equal(CloseReason.Error, closed.Reason);
        Assert.True(closed.UnsentBytes > 0);
    }

    [Fact]
    public async Task Handler_that_stops_during_the_flush_loses_no_queued_bytes()
    {
        var (client, connection) = await AcceptAsync();
        var handler = CreateTestProbe();
        connection.Tell(new ConnectionProtocol.Register(handler.Ref), TestActor);
        handler.ExpectMsg<ConnectionProtocol.Connected>(Limit);
        connection.Tell(new Send(new byte[MoreThanTheKernelTakes], "all"), TestActor);
        connection.Tell(ConnectionProtocol.Close.Instance, TestActor);
        await AwaitAsync(connection, description => description.Phase == ConnectionPhase.Flushing);

        Sys.Stop(handler.Ref);
        await AwaitAsync(connection, description => description.Handler.IsNobody());

        Assert.Equal(MoreThanTheKernelTakes, (await ReadToEndAsync(client)).Length);
        Assert.Equal("all", ExpectMsg<ConnectionProtocol.Sent>(Limit).Token);
    }

    [Fact]
    public async Task Commands_after_Close_are_answered_and_Closed_is_sent_once()
    {
        var (client, connection) = await RegisteredAsync();
        connection.Tell(new Send(new byte[MoreThanTheKernelTakes]), TestActor);
        connection.Tell(ConnectionProtocol.Close.Instance, TestActor);

        AnswersOfAClosing(connection);
        connection.Tell(ConnectionProtocol.Close.Instance, TestActor);
        connection.Tell(ConnectionProtocol.ConfirmedClose.Instance, TestActor);
        connection.Tell(ConnectionProtocol.Read.Instance, TestActor);
        connection.Tell(ConnectionProtocol.SuspendReading.Instance, TestActor);
        connection.Tell(ConnectionProtocol.ResumeReading.Instance, TestActor);
        await ReadToEndAsync(client);

        Assert.IsType<ConnectionProtocol.Closed>(Assert.Single(ReceiveToClosed()));
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task Commands_sent_before_the_handler_received_Closed_are_answered_after_it()
    {
        var (client, accepted) = await AcceptAsync();
        var handler = Sys.ActorOf(Props.Create<HoldingHandler>().WithDispatcher("akka.actor.default-dispatcher"));
        using var gate = new ManualResetEventSlim();
        accepted.Tell(new ConnectionProtocol.Register(handler), TestActor);
        await AwaitAsync(accepted, description => description.Phase == ConnectionPhase.Open);
        handler.Tell(gate);
        accepted.Tell(ConnectionProtocol.Abort.Instance, TestActor);
        await AwaitAsync(accepted, description => description.Phase == ConnectionPhase.Ended);

        AnswersOfAClosing(accepted);
        Watch(accepted);
        gate.Set();

        ExpectTerminated(accepted, Limit);
    }

    [Fact]
    public async Task Second_Register_is_refused_and_the_first_handler_stays()
    {
        var (client, connection) = await RegisteredAsync();

        connection.Tell(new ConnectionProtocol.Register(CreateTestProbe().Ref), TestActor);

        Assert.Equal(Errno.EISCONN, ExpectMsg<ConnectionProtocol.RegisterFailed>(Limit).Errno);
        await SendAsync(client, "here");
        Assert.Equal("here"u8.ToArray(), ReceiveBytes(4));
    }

    [Fact]
    public async Task Connection_ends_when_the_registered_handler_has_already_stopped()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerProtocol.ConnectionClosed));
        var handler = CreateTestProbe();
        Watch(handler.Ref);
        Sys.Stop(handler.Ref);
        ExpectTerminated(handler.Ref, Limit);
        var (client, connection) = await AcceptAsync();

        connection.Tell(new ConnectionProtocol.Register(handler.Ref), TestActor);

        Assert.Equal(CloseReason.HandlerStopped, ExpectMsg<ListenerProtocol.ConnectionClosed>(Limit).Closed.Reason);
        Assert.Empty(await ReadToEndAsync(client));
    }

    [Fact]
    public async Task Handler_that_cannot_be_created_closes_only_its_connection_and_leaks_nothing()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerProtocol.ConnectionClosed));

        using var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>().WithDispatcher("no-such-dispatcher")));

        Assert.Equal(CloseReason.HandlerFailed, FishForMessage<ListenerProtocol.ConnectionClosed>(_ => true, Limit).Closed.Reason);
        Assert.Empty(await ReadToEndAsync(client));
    }

    [Fact]
    public async Task Messages_to_an_unregistered_connection_do_not_keep_it_open()
    {
        var (client, connection) = await AcceptAsync();
        Watch(connection);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(ConnectionPhase.Registering, await PhaseAsync(connection));
            connection.Tell(ConnectionProtocol.Read.Instance, ActorRefs.NoSender);
            await AdvanceAsync(new ConnectionSettings().RegisterTimeout / 9);
        }

        ExpectTerminated(connection, Limit);
    }

    private void AnswersOfAClosing(IActorRef connection)
    {
        connection.Tell(new Send("late", "late"), TestActor);
        connection.Tell(new ConnectionProtocol.Flush("flush"), TestActor);
        connection.Tell(new ConnectionProtocol.Shutdown(ShutdownHow.Write), TestActor);
        connection.Tell(new ConnectionProtocol.SetOption(new SocketOption.NoDelay(true)), TestActor);
        connection.Tell(new ConnectionProtocol.GetOption(SocketValue.State), TestActor);
        connection.Tell(new ConnectionProtocol.SetLimits(new ConnectionLimits(4, 3, 2, 1, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero)), TestActor);
        connection.Tell(new ConnectionProtocol.Register(TestActor), TestActor);
        connection.Tell(ConnectionProtocol.Describe.Instance, TestActor);
        Assert.Equal("late", ExpectMsg<ConnectionProtocol.SendFailed>(failed => Assert.Equal(Errno.EPIPE, failed.Errno), Limit).Token);
        Assert.Equal("flush", ExpectMsg<ConnectionProtocol.SendFailed>(failed => Assert.Equal(Errno.EPIPE, failed.Errno), Limit).Token);
        Assert.Equal(Errno.ENOTCONN, ExpectMsg<ConnectionProtocol.ShutdownDone>(Limit).Errno);
        Assert.Equal(Errno.EBADF, ExpectMsg<ConnectionProtocol.OptionFailed>(Limit).Errno);
        Assert.Equal(Errno.EBADF, ExpectMsg<ConnectionProtocol.OptionFailed>(Limit).Errno);
        ExpectMsg<ConnectionProtocol.LimitsSet>(Limit);
        Assert.Equal(Errno.ENOTCONN, ExpectMsg<ConnectionProtocol.RegisterFailed>(Limit).Errno);
        ExpectMsg<ConnectionDescription>(Limit);
    }
}
