using Akka.Event;
using Akka.Pattern;

namespace ActorTcp.Tests.Protocol;

/// <summary>A user's mistake with a message affects no other connection: neither its bytes, nor its life, nor its time.</summary>
public sealed partial class MessageSafetyTests(ITestOutputHelper output) : ConnectionTestKit(output, "akka.loglevel = INFO", loops: 1, stillClock: false)
{
    [Fact]
    public async Task Received_that_is_stashed_keeps_its_bytes_and_pauses_the_stream()
    {
        var read = new ConcurrentQueue<string>();
        using var mine = await ConnectToAsync(Props.Create(() => new Stasher(read, TestActor)));
        var handler = ExpectMsg<IActorRef>(Limit);
        using var strangers = await ConnectToAsync(Props.Create<EchoHandler>());
        await SendAsync(mine, "mine");
        ExpectMsg("stashed", Limit);
        await SendAsync(mine, ", and more");
        for (var i = 0; i < 20; i++)
        {
            await SendAsync(strangers, "a stranger's password");
            Assert.Equal("a stranger's password", await ReadTextAsync(strangers, 21));
        }

        handler.Tell("open");

        await UntilAsync(() => string.Concat(read) == "mine, and more");
        Assert.Equal("mine", read.First());
    }

    [Fact]
    public async Task Received_that_is_forwarded_throws_later_and_a_retained_one_stays_valid()
    {
        var worker = Sys.ActorOf(Props.Create(() => new LateReader(TestActor)));
        using var client = await ConnectToAsync(Props.Create(() => new Forwarder(worker)));

        await SendAsync(client, "mine");

        ExpectMsg("disposed", Limit);
        ExpectMsg("retained: mine", Limit);
    }

    [Fact]
    public async Task Broadcast_reaches_every_connection_and_ends_none()
    {
        var members = Sys.ActorOf(Props.Create<Room>());
        var clients = new List<Socket>();
        for (var i = 0; i < 5; i++)
        {
            clients.Add(await ConnectToAsync(Props.Create(() => new Member(members))));
        }

        await UntilAsync(async () => await members.Ask<int>("count", Limit) == clients.Count);
        for (var i = 0; i < 20; i++)
        {
            await SendAsync(clients[i % clients.Count], "hello all!");
            foreach (var client in clients)
            {
                Assert.Equal("hello all!", await ReadTextAsync(client, 10));
            }
        }

        clients.ForEach(client => client.Dispose());
    }

    [SkippableFact]
    public async Task Leased_Send_for_two_connections_fails_for_the_second_and_ends_neither()
    {
        Skip.If(RoundTrips.AreOn, "each copy of a Send that was written for another node can be sent");
        var sends = new ConcurrentQueue<Send>();
        using var source = await ConnectToAsync(Props.Create(() => new SendMaker(sends)));
        await SendAsync(source, "once");
        await UntilAsync(() => sends.Count == 1);
        var (first, firstConnection) = await RegisteredAsync();
        var (second, secondConnection) = await RegisteredAsync();

        firstConnection.Tell(sends.First(), TestActor);
        Assert.Equal("once", await ReadTextAsync(first, 4));
        secondConnection.Tell(sends.First(), TestActor);

        Assert.Equal(Errno.EINVAL, ExpectMsg<ConnectionProtocol.SendFailed>(Limit).Errno);
        secondConnection.Tell(new Send("alive"), TestActor);
        Assert.Equal("alive", await ReadTextAsync(second, 5));
        Assert.Throws<ObjectDisposedException>(() => sends.First().Memory);
    }

    [Fact]
    public async Task Received_sent_to_a_connection_by_mistake_is_not_handled_as_bytes_of_its_peer()
    {
        var (client, connection) = await RegisteredAsync();
        using var open = client;

        connection.Tell(Received.CopyOf("forged"u8), TestActor);

        Assert.Equal(0, (await DescribeAsync(connection)).BytesIn);
        Assert.Contains("ToSend()", ExpectMsg<Status.Failure>(Limit).Cause.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Linger_of_one_connection_does_not_block_another()
    {
        var (slow, connection) = await RegisteredAsync();
        using var other = await ConnectToAsync(Props.Create<EchoHandler>());
        connection.Tell(new ConnectionProtocol.SetOption(new SocketOption.Linger(true, 30)), TestActor);
        ExpectMsg<ConnectionProtocol.OptionSet>(Limit);
        for (var i = 0; i < 60; i++)
        {
            connection.Tell(new Send(new byte[16_000]), TestActor);
        }

        connection.Tell(ConnectionProtocol.Close.Instance, TestActor);
        await SendAsync(other, "quick");
        Assert.Equal("quick", await ReadTextAsync(other, 5));

        // The documented effect for the connection with Linger: it is closed after its peer has received all bytes.
        Assert.NotEqual(ConnectionPhase.Ended, await PhaseAsync(connection));
        Assert.Equal(60 * 16_000, (await ReadToEndAsync(slow)).Length);
        FishForMessage<ConnectionProtocol.Closed>(_ => true, Limit);
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("akka.actor.default-dispatcher", 0)]
    [InlineData("akka.actor.default-dispatcher", 2)]
    public async Task Handler_under_a_BackoffSupervisor_loses_nothing_wherever_it_runs(string? dispatcher, int failedStarts)
    {
        var starts = new int[1];
        var adder = Props.Create(() => new Adder(starts, failedStarts)).WithDispatcher(dispatcher ?? Sys.ActorTcp().DispatcherOf(0));
        var (least, most) = (TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1));
        var props = BackoffSupervisor.Props(failedStarts == 0
            ? Backoff.OnFailure(adder, "adder", least, most, 0, 10)
            : Backoff.OnStop(adder, "adder", least, most, 0, 10));
        Sys.ActorOf(Props.Create(() => new Subscriber(TestActor)));
        var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort, props, new HandlerOptions { Framing = new LineFraming(100) }));
        await SendAsync(client, "1\n");
        Assert.Equal("1\n", await ReadTextAsync(client, 2));
        await SendAsync(client, "x\n5\n");
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal("resumed\n5\n", Encoding.UTF8.GetString(await ReadToEndAsync(client)));
        FishForMessage<ListenerProtocol.ConnectionClosed>(_ => true, Limit);
        Assert.Equal(failedStarts + 2, starts[0]);
    }

    [Fact]
    public async Task Encoder_that_throws_fails_its_Send_and_closes_no_connection()
    {
        var (client, connection) = await AcceptAsync();
        connection.Tell(new ConnectionProtocol.Register(TestActor, new HandlerOptions { Framing = new PickyFraming() }), TestActor);
        ExpectMsg<ConnectionProtocol.Connected>(Limit);

        connection.Tell(new Send("bad"), TestActor);
        connection.Tell(new Send("good"), TestActor);

        Assert.Equal(Errno.EINVAL, ExpectMsg<ConnectionProtocol.SendFailed>(Limit).Errno);
        Assert.Equal("good", await ReadTextAsync(client, 4));
    }

    [Theory]
    [InlineData("stopped connection")]
    [InlineData("stopping connection")]
    [InlineData("listener")]
    [InlineData("manager")]
    public async Task Send_that_nobody_takes_releases_its_bytes(string receiver)
    {
        var made = new ConcurrentQueue<Send>();
        using var client = await ConnectToAsync(Props.Create(() => new SendMaker(made)));
        var held = HeldSlabs;
        await SendAsync(client, "lost");
        await UntilAsync(() => !made.IsEmpty);
        Assert.True(made.TryDequeue(out var send));
        Assert.InRange(HeldSlabs, held + 1, int.MaxValue);

        (await ReceiverAsync(receiver)).Tell(send, TestActor);

        await UntilAsync(() => HeldSlabs == held);
        Assert.Throws<ObjectDisposedException>(() => send.Memory);
    }

    [Fact]
    public async Task Borrowed_message_is_copied_for_a_thread_that_does_not_process_it()
    {
        var checks = new LeaseChecks();
        var slab = checks.Rent(4);
        "mine"u8.CopyTo(slab.Span(0, 4));
        var received = Received.Lent(new SlabSlice(slab, 0, 4), 0);
        received.BeginProcessing();
        Assert.True(received.Span.Overlaps(slab.Span(0, 4)));

        var (seen, isInPlace, pinned) = await Task.Factory.StartNew(
            () => (received.Memory.Span.ToArray(), received.Span.Overlaps(slab.Span(0, 4)), received.Memory.Pin()),
            TaskCreationOptions.LongRunning);

        Assert.Equal("mine"u8, seen);
        Assert.False(isInPlace);
        received.Release();
        Assert.Equal(1, checks.HeldSlabs);
        pinned.Dispose();
        Assert.Equal(0, checks.HeldSlabs);
    }

    [Fact]
    public async Task Plain_handler_with_a_stash_gets_its_bytes_before_the_connection_closes()
    {
        using var client = await ConnectToAsync(Props.Create(() => new PlainStasher(TestActor, false)));
        var handler = ExpectMsg<IActorRef>(Limit);
        await SendAsync(client, "stashed");
        client.Shutdown(SocketShutdown.Send);
        ExpectMsg("stashed PeerEof", Limit);

        handler.Tell("open");

        Assert.Equal("stashed", Encoding.UTF8.GetString(await ReadToEndAsync(client)));
    }

    [Fact]
    public async Task Answer_to_stashed_bytes_is_sent_if_they_are_handled_right_after_the_probe()
    {
        // The handler unstashes after the probe that follows PeerEof. The probe is answered first, and the bytes are handled next.
        using var client = await ConnectToAsync(Props.Create(() => new PlainStasher(TestActor, true)));
        ExpectMsg<IActorRef>(Limit);
        await SendAsync(client, "stashed");
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal("stashed", Encoding.UTF8.GetString(await ReadToEndAsync(client)));
    }

    [Fact]
    public async Task TcpHandler_with_a_connection_refuses_a_second_one_with_an_answer()
    {
        var handler = Sys.ActorOf(Props.Create<Quiet>());
        var (firstClient, first) = await AcceptAsync();
        var (secondClient, second) = await AcceptAsync();
        using var firstOpen = firstClient;
        using var secondOpen = secondClient;
        first.Tell(new ConnectionProtocol.Register(handler), TestActor);
        await AwaitAsync(first, description => description.Phase == ConnectionPhase.Open);

        second.Tell(new ConnectionProtocol.Register(handler), TestActor);

        Assert.Equal(Errno.EBUSY, ExpectMsg<ConnectionProtocol.RegisterFailed>(Limit).Errno);
        second.Tell(new ConnectionProtocol.Register(TestActor), TestActor);
        ExpectMsg<ConnectionProtocol.Connected>(Limit);
    }

    [Fact]
    public void Send_of_foreign_memory_copies_it_or_throws_when_it_is_created()
    {
        using var manager = new FailingManager();
        var received = Received.CopyOf("bytes"u8);

        Assert.Throws<ObjectDisposedException>(() => new Send(manager.Memory));
        Assert.Equal("bytes", Encoding.UTF8.GetString(new Send(received.Memory).Memory.Span));
    }

    [Fact]
    public async Task Memory_and_text_of_a_released_Received_show_no_byte()
    {
        var kept = new ConcurrentQueue<(Received Received, ReadOnlyMemory<byte> Memory)>();
        using var client = await ConnectToAsync(Props.Create(() => new Keeper(kept)));
        await SendAsync(client, "secret");
        await UntilAsync(() => kept.Count == 1 && kept.First().Received.ToString() == "Received(6 bytes at 0, released)");
        var (received, memory) = kept.First();

        Assert.Throws<ObjectDisposedException>(() => memory.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => received.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => received.ToSend());
        Assert.Throws<ObjectDisposedException>(received.Retain);
        var second = Assert.Throws<ObjectDisposedException>(received.Release);
        Assert.Contains("TcpHandler", second.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_call_with_a_Received_shows_its_bytes_or_that_they_are_released()
    {
        var logged = CreateTestProbe();
        Sys.EventStream.Subscribe(logged, typeof(Info));
        using var client = await ConnectToAsync(Props.Create<Logger>());

        await SendAsync(client, "secret");

        var text = Convert.ToString(logged.FishForMessage<Info>(info => $"{info.Message}".Contains("Received(", StringComparison.Ordinal), Limit).Message, CultureInfo.InvariantCulture);
        Assert.Matches(@"^got Received\(6 bytes at 0(: ""secret""|, released)\)$", text);
        logged.FishForMessage<Info>(info => $"{info.Message}" == "got secret", Limit);
    }

    private int HeldSlabs => Sys.ActorTcp().Loops[0].LeaseChecks!.HeldSlabs;

    private async Task<IActorRef> ReceiverAsync(string kind)
    {
        if (kind == "manager")
        {
            return Sys.ActorTcp().Manager;
        }

        if (kind == "listener")
        {
            Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort), TestActor);
            return FishForMessage<ListenerProtocol.Bound>(_ => true, Limit).Listener;
        }

        var (_, connection) = await AcceptAsync();
        Watch(connection);
        connection.Tell(ConnectionProtocol.Abort.Instance, TestActor);
        if (kind == "stopped connection")
        {
            ExpectTerminated(connection, Limit);
        }

        return connection;
    }

    private Task<Socket> ConnectToAsync(Props handler) => ConnectAsync(new ListenerProtocol.Bind(AnyPort, handler));
}
