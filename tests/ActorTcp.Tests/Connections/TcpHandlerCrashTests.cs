namespace ActorTcp.Tests.Connections;

/// <summary>A TcpHandler that fails loses and doubles nothing, wherever it fails, however it processes, and whichever actor supervises it.</summary>
public class TcpHandlerCrashTests(ITestOutputHelper output) : ConnectionTestKit(output, "akka.loglevel = INFO")
{
    private const string OwnThread = "akka.actor.default-dispatcher";

    public static TheoryData<ProcessingStyle, HandlerPlace, Directive, bool, bool> Crashes()
    {
        var crashes = new TheoryData<ProcessingStyle, HandlerPlace, Directive, bool, bool>();
        foreach (var style in Enum.GetValues<ProcessingStyle>())
        {
            foreach (var place in Enum.GetValues<HandlerPlace>())
            {
                foreach (var registered in new[] { false, true })
                {
                    crashes.Add(style, place, Directive.Restart, registered, false);
                    crashes.Add(style, place, Directive.Restart, registered, true);
                    crashes.Add(style, place, Directive.Resume, registered, registered);
                }
            }
        }

        return crashes;
    }

    [Theory]
    [MemberData(nameof(Crashes))]
    public async Task Handler_that_resumes_or_restarts_receives_each_byte_once(ProcessingStyle style, HandlerPlace place, Directive directive, bool registered, bool ownThread)
    {
        var record = new HandlerRecord().FailAt(HandlerPlace.Received, place == HandlerPlace.Resumed ? 2 : 0).FailAt(place, 3);
        using var client = await StartAsync(record, style, OneForOne(directive), registered, ownThread);
        var (handler, _) = await record.Started.Task.WaitAsync(Limit);
        var bytes = Seeded(1, 40_000);
        for (var at = 0; at < bytes.Length; at += 1000)
        {
            await SendAsync(client, bytes.AsMemory(at, 1000));
            handler.Tell(at % 2000 == 0 ? new RecordingHandler.Fail() : new RecordingHandler.FailLater());
        }

        client.Shutdown(SocketShutdown.Send);

        var closed = await record.Ended.Task.WaitAsync(Limit);
        Assert.Equal(CloseReason.PeerClosed, closed.Reason);
        Assert.Null(record.Fault);
        Assert.Equal(bytes, record.Taken);
        Assert.True(record.Failures > 0);
        if (directive == Directive.Restart)
        {
            Assert.Equal(1 + record.Failures, record.Instances);
            Assert.Equal(1, record.PeerEnds);
        }
    }

    [Theory]
    [InlineData(ProcessingStyle.Hooks)]
    [InlineData(ProcessingStyle.Tasks)]
    [InlineData(ProcessingStyle.Receive)]
    [InlineData(ProcessingStyle.ReceiveAsync)]
    public async Task Failure_right_after_handled_bytes_does_not_deliver_them_again(ProcessingStyle style)
    {
        var record = new HandlerRecord().FailAt(HandlerPlace.Other, 1);
        using var client = await StartAsync(record, style, OneForOne(Directive.Restart), registered: false, ownThread: true);
        var (handler, connection) = await record.Started.Task.WaitAsync(Limit);
        using var gate = new ManualResetEventSlim();
        handler.Tell(new RecordingHandler.Hold(gate));
        await SendAsync(client, "taken");
        await AwaitAsync(connection, description => description is { BytesIn: 5, BytesUnread: 0 });
        handler.Tell(new RecordingHandler.Fail());
        await SendAsync(client, "next");
        await AwaitAsync(connection, description => description is { BytesIn: 9, BytesUnread: 4 });

        gate.Set();
        client.Shutdown(SocketShutdown.Send);

        await record.Ended.Task.WaitAsync(Limit);
        Assert.Null(record.Fault);
        Assert.Equal("takennext"u8.ToArray(), record.Taken);
        var resumed = Assert.Single(record.Resumptions);
        Assert.Equal((5L, 0), (resumed.Offset, resumed.Bytes.Length));
    }

    [Theory]
    [InlineData(ProcessingStyle.Hooks)]
    [InlineData(ProcessingStyle.ReceiveAsync)]
    public async Task Bytes_queued_after_the_failure_are_delivered_after_Resumed(ProcessingStyle style)
    {
        var record = new HandlerRecord().FailAt(HandlerPlace.Other, 2);
        using var client = await StartAsync(record, style, OneForOne(Directive.Restart), registered: true, ownThread: true);
        var (handler, connection) = await record.Started.Task.WaitAsync(Limit);
        using var gate = new ManualResetEventSlim();
        handler.Tell(new RecordingHandler.Hold(gate));
        handler.Tell(new RecordingHandler.Fail());
        handler.Tell(new RecordingHandler.Fail());
        await SendAsync(client, "first");
        await AwaitAsync(connection, description => description is { BytesIn: 5, BytesUnread: 0 });
        await SendAsync(client, "second");
        await AwaitAsync(connection, description => description is { BytesIn: 11, BytesUnread: 6 });

        gate.Set();
        client.Shutdown(SocketShutdown.Send);

        await record.Ended.Task.WaitAsync(Limit);
        Assert.Null(record.Fault);
        Assert.Equal("firstsecond"u8.ToArray(), record.Taken);
        Assert.All(record.Resumptions, resumed => Assert.Equal((0L, 0), (resumed.Offset, resumed.Bytes.Length)));
    }

    [Fact]
    public async Task Resumed_has_the_bytes_that_failed_and_the_handlers_own_sends_without_outcome()
    {
        var record = new HandlerRecord().FailAt(HandlerPlace.Received, 1);
        using var client = await StartAsync(record, ProcessingStyle.Hooks, OneForOne(Directive.Restart), registered: false, ownThread: false);
        var (handler, connection) = await record.Started.Task.WaitAsync(Limit);
        connection.Tell(new ConnectionProtocol.SetLimits(new ConnectionLimits(64 << 20, 64 << 20, 1, 1 << 20, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero)), TestActor);
        ExpectMsg<ConnectionProtocol.LimitsSet>(Limit);
        handler.Tell(new RecordingHandler.Forward(new Send(new byte[16 << 20], "big")));
        handler.Tell(new RecordingHandler.Forward(new Send("x", "small")));
        handler.Tell(new RecordingHandler.Forward(new ConnectionProtocol.Flush("flush")));
        connection.Tell(new Send("y", "another's"), TestActor);
        await AwaitAsync(connection, description => description.BytesQueued > 0);
        await SendAsync(client, "that make it fail");

        await UntilAsync(() => !record.Resumptions.IsEmpty);

        var resumed = Assert.Single(record.Resumptions);
        Assert.Equal((0L, "that make it fail"), (resumed.Offset, System.Text.Encoding.UTF8.GetString(resumed.Bytes.Span)));
        Assert.Equal(["big", "small"], resumed.UnansweredSends);
        await ReadAsync(client, (16 << 20) + 2);
        await UntilAsync(() => record.Outcomes.Count == 2);
    }

    [Fact]
    public async Task Restarted_instance_knows_its_connection_before_Resumed()
    {
        var record = new HandlerRecord().FailAt(HandlerPlace.Other, 1);
        using var client = await StartAsync(record, ProcessingStyle.Hooks, OneForOne(Directive.Restart), registered: false, ownThread: true);
        var (handler, _) = await record.Started.Task.WaitAsync(Limit);
        using var gate = new ManualResetEventSlim();
        handler.Tell(new RecordingHandler.Hold(gate));
        handler.Tell(new RecordingHandler.Fail());
        handler.Tell(new RecordingHandler.Forward(new Send("still told")));

        gate.Set();

        Assert.Equal("still told", await ReadTextAsync(client, 10));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Handler_that_fails_over_PeerEof_receives_it_again(bool registered)
    {
        var record = new HandlerRecord().FailAt(HandlerPlace.PeerEnded, 2);
        using var client = await StartAsync(record, ProcessingStyle.Hooks, OneForOne(Directive.Restart), registered, ownThread: false, keepOpen: true);
        var (_, connection) = await record.Started.Task.WaitAsync(Limit);

        client.Shutdown(SocketShutdown.Send);

        await UntilAsync(() => record.PeerEnds == 1);
        Assert.Equal(ConnectionPhase.PeerEnded, (await DescribeAsync(connection)).Phase);
        connection.Tell(ConnectionProtocol.Close.Instance);
        Assert.Equal(CloseReason.Closed, (await record.Ended.Task.WaitAsync(Limit)).Reason);
    }

    [Theory]
    [InlineData(Directive.Stop, ProcessingStyle.Hooks, false)]
    [InlineData(Directive.Stop, ProcessingStyle.Hooks, true)]
    [InlineData(Directive.Stop, ProcessingStyle.ReceiveAsync, false)]
    [InlineData(Directive.Stop, ProcessingStyle.ReceiveAsync, true)]
    [InlineData(Directive.Stop, ProcessingStyle.Tasks, true)]
    [InlineData(Directive.Restart, ProcessingStyle.Hooks, false)]
    [InlineData(Directive.Restart, ProcessingStyle.Receive, true)]
    [InlineData(Directive.Restart, ProcessingStyle.ReceiveAsync, false)]
    [InlineData(Directive.Restart, ProcessingStyle.ReceiveAsync, true)]
    [InlineData(Directive.Escalate, ProcessingStyle.Hooks, false)]
    public async Task Handler_stopped_by_its_supervisor_ends_the_connection_with_HandlerFailed(Directive directive, ProcessingStyle style, bool registered)
    {
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerProtocol.ConnectionClosed));
        var record = new HandlerRecord().FailAt(HandlerPlace.Received, int.MaxValue).FailAt(HandlerPlace.Resumed, int.MaxValue);
        using var client = await StartAsync(record, style, new OneForOneStrategy(2, TimeSpan.FromMinutes(1), _ => directive), registered, ownThread: false);
        var (handler, _) = await record.Started.Task.WaitAsync(Limit);
        // This is sent, and the connection still knows that its handler failed.
        handler.Tell(new RecordingHandler.Forward(new Send("last words")));

        await SendAsync(client, "fail");

        var ended = FishForMessage<ListenerProtocol.ConnectionClosed>(_ => true, Limit);
        Assert.Equal(CloseReason.HandlerFailed, ended.Closed.Reason);
        Assert.Equal(directive == Directive.Restart ? 3 : 1, record.Instances);
        if (directive != Directive.Escalate)
        {
            Assert.Equal("last words"u8.ToArray(), await ReadToEndAsync(client));
        }
    }

    [Fact]
    public async Task Handler_that_stops_itself_is_not_reported_as_failed()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerProtocol.ConnectionClosed));
        var record = new HandlerRecord().FailAt(HandlerPlace.Received, 1);
        using var client = await StartAsync(record, ProcessingStyle.Hooks, OneForOne(Directive.Restart), registered: false, ownThread: false);
        var (handler, _) = await record.Started.Task.WaitAsync(Limit);
        await SendAsync(client, "fail");
        await UntilAsync(() => record.Taken.Length == 4);

        handler.Tell(PoisonPill.Instance);

        Assert.Equal(CloseReason.HandlerStopped, FishForMessage<ListenerProtocol.ConnectionClosed>(_ => true, Limit).Closed.Reason);
    }

    [Fact]
    public async Task An_ordinary_actor_loses_the_message_that_failed_and_keeps_its_connection()
    {
        using var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>()));

        await SendAsync(client, "one");
        Assert.Equal("one", await ReadTextAsync(client, 3));
        await SendAsync(client, "crash");
        await AwaitAsync(await ConnectionAsync(), description => description.BytesIn == 8);
        await SendAsync(client, "two");

        Assert.Equal("two", await ReadTextAsync(client, 3));
    }

    [Fact]
    public async Task Messages_of_hooks_that_are_not_overridden_are_not_unhandled()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.UnhandledMessage));
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerProtocol.ConnectionClosed));
        using var client = await ConnectAsync(new ListenerProtocol.Bind(AnyPort, Props.Create(() => new WithoutHooks())));
        client.Shutdown(SocketShutdown.Send);

        ExpectMsg<ListenerProtocol.ConnectionClosed>(Limit);

        await UntilAsync(async () => (await Sys.ActorSelection("/system/actortcp/*/1").Ask<ActorIdentity>(new Identify(null), Limit)).Subject is null);
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    private static OneForOneStrategy OneForOne(Directive directive) => new(1000, TimeSpan.FromMinutes(1), _ => directive);

    private async Task<IActorRef> ConnectionAsync()
    {
        var identity = await Sys.ActorSelection("/system/actortcp/*/1").Ask<ActorIdentity>(new Identify(null), Limit);
        return identity.Subject!;
    }

    private Task<Socket> StartAsync(HandlerRecord record, ProcessingStyle style, SupervisorStrategy strategy, bool registered, bool ownThread, bool keepOpen = false)
    {
        var props = Props.Create(() => new RecordingHandler(record, style));
        props = ownThread ? props.WithDispatcher(OwnThread) : props;
        if (!registered)
        {
            return ConnectAsync(new ListenerProtocol.Bind(AnyPort, props, new HandlerOptions { KeepOpenOnPeerEof = keepOpen, Supervision = strategy }));
        }

        props = ownThread ? props : props.WithDispatcher(Sys.ActorTcp().DispatcherOf(0));
        var bind = new ListenerProtocol.Bind(AnyPort);
        Sys.ActorOf(Props.Create(() => new SupervisingActor(bind, TestActor, props, strategy, keepOpen)));
        return EchoClient.ConnectAsync(ExpectMsg<ListenerProtocol.Bound>(Limit).LocalAddress.ToIPEndPoint(), LimitToken());
    }

    private sealed class WithoutHooks : TcpHandler;
}
