using Akka.Event;

namespace ActorTcp.Tests.Diagnostics;

/// <summary>The log of the library: one debug line for each event of a life cycle, and warnings only for problems that an operator can fix.</summary>
public sealed class LogTests(ITestOutputHelper output) : ConnectionTestKit(output)
{
    [Fact]
    public async Task Connection_logs_one_line_when_it_opens_and_one_with_the_details_when_it_ends()
    {
        var bound = Listen(Props.Create<EchoHandler>());
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));
        var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        var peer = client.LocalEndPoint;
        await EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());

        client.Dispose();

        var lines = LinesTo("has ended");
        var name = $"{bound.Listener.Path.Name}/1 {peer} → {bound.LocalAddress}";
        Assert.Equal(
            [
                $"DebugLevel {name} is open, handled by [{bound.Listener.Path}/1/handler",
                $"DebugLevel {name} has ended: closed by the peer; 1000 bytes received, 1000 sent, 0 unsent",
            ],
            lines.Select(line => line.Split('#')[0]));
    }

    [Fact]
    public void Listener_logs_each_change_of_its_state_with_its_name_and_address()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>()), TestActor);
        var bound = FishForMessage<ListenerProtocol.Bound>(_ => true, Limit);
        var name = $"{bound.Listener.Path.Name} {bound.LocalAddress}";

        bound.Listener.Tell(ListenerProtocol.PauseAccepting.Instance, TestActor);
        bound.Listener.Tell(ListenerProtocol.ResumeAccepting.Instance, TestActor);
        bound.Listener.Tell(ListenerProtocol.Unbind.Instance, TestActor);

        Assert.Equal(
            [
                $"DebugLevel {name} pauses accepting",
                $"DebugLevel {name} resumes accepting",
                $"DebugLevel {name} is unbound; its 0 connections stay open",
                $"DebugLevel {name} stops: no connection is left",
            ],
            LinesTo("no connection is left").Where(line => !line.EndsWith(" listens", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Behaviour_of_clients_is_never_logged_as_a_warning()
    {
        var bind = new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>(), new HandlerOptions { Framing = new LineFraming(10) })
        {
            ConnectionSettings = new ConnectionSettings { FirstByteTimeout = TimeSpan.FromSeconds(1) },
        };
        Sys.ActorTcp().Manager.Tell(bind, TestActor);
        var server = ExpectMsg<ListenerProtocol.Bound>(Limit).LocalAddress.ToIPEndPoint();
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        Sys.EventStream.Subscribe(TestActor, typeof(Error));
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerProtocol.ConnectionClosed));
        var debug = CreateTestProbe();
        Sys.EventStream.Subscribe(debug, typeof(Akka.Event.Debug));
        var silent = await EchoClient.ConnectAsync(server, LimitToken());
        debug.FishForMessage<Akka.Event.Debug>(line => $"{line.Message}".Contains("is open", StringComparison.Ordinal), Limit);
        await AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(CloseReason.FirstByteTimeout, Ended());

        var babbling = await EchoClient.ConnectAsync(server, LimitToken());
        await SendAsync(babbling, "more than ten bytes and no end of a line");
        Assert.Equal(CloseReason.BadFrame, Ended());

        var resetting = await EchoClient.ConnectAsync(server, LimitToken());
        await SendAsync(resetting, "a");
        Reset(resetting);
        Assert.Equal(CloseReason.Error, Ended());

        silent.Dispose();
        babbling.Dispose();
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));

        CloseReason Ended() => ExpectMsg<ListenerProtocol.ConnectionClosed>(Limit).Closed.Reason;
    }

    [Fact]
    public async Task Failed_accepts_log_one_warning_until_accepting_works_again()
    {
        var bound = Listen(Props.Create<EchoHandler>());
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
        var name = $"{bound.Listener.Path.Name} {bound.LocalAddress}";

        for (var i = 0; i < 3; i++)
        {
            bound.Listener.Tell(new ListenerEventForwarder.AcceptFailed(Errno.EMFILE), TestActor);
        }

        // The pause starts, on the loops' clock, when the listener has handled the last of these.
        await bound.Listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit);
        await AdvanceAsync(new ListenerSettings().AcceptBackoffMax);
        using var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
        await EchoClient.EchoAsync(client, 1000, 1, 100, LimitToken());

        await AdvanceAsync(TimeSpan.FromMilliseconds(ListenerActor.QuietMilliseconds));
        var lines = LinesTo("accepts again");
        Assert.Equal(2, lines.Count);
        Assert.StartsWith($"WarningLevel {name} cannot accept: ", lines[0], StringComparison.Ordinal);
        Assert.Contains("EMFILE", lines[0], StringComparison.Ordinal);
        Assert.Equal($"InfoLevel {name} accepts again after 3 failures", lines[1]);
    }

    [Fact]
    public async Task Failed_accepts_between_successful_ones_are_logged_as_one_episode()
    {
        var bound = Listen(Props.Create<EchoHandler>());
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        Sys.EventStream.Subscribe(TestActor, typeof(Info));

        for (var i = 0UL; i < 3; i++)
        {
            bound.Listener.Tell(new ListenerEventForwarder.AcceptFailed(Errno.EPERM), TestActor);
            await bound.Listener.Ask<ListenerDescription>(ListenerProtocol.Describe.Instance, Limit);
            await AdvanceAsync(new ListenerSettings().AcceptBackoffMax);
            using var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
            await EchoClient.EchoAsync(client, 1000, i, 100, LimitToken());
        }

        await AdvanceAsync(TimeSpan.FromMilliseconds(ListenerActor.QuietMilliseconds));
        var lines = LinesTo("accepts again");
        Assert.Equal(2, lines.Count);
        Assert.EndsWith("accepts again after 3 failures", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public Task Failed_Bind_without_a_sender_is_logged_as_a_warning()
    {
        var taken = Listen(Props.Create<EchoHandler>()).LocalAddress;

        return EventFilter.Warning(start: $"Cannot listen on {taken}: ").ExpectAsync(2, () =>
        {
            Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(taken), ActorRefs.NoSender);
            Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(taken) { Settings = new ListenerSettings { Backlog = -1 } }, ActorRefs.NoSender);
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task Limit_that_is_reached_repeatedly_is_logged_once_a_minute()
    {
        var bind = new ListenerProtocol.Bind(AnyPort, Props.Create<EchoHandler>()) { Settings = new ListenerSettings { MaxConnections = 1 } };
        Sys.ActorTcp().Manager.Tell(bind, TestActor);
        var bound = ExpectMsg<ListenerProtocol.Bound>(Limit);
        Sys.EventStream.Subscribe(TestActor, typeof(ListenerProtocol.LimitReached));

        await EventFilter.Warning(contains: $"{bound.Listener.Path.Name} {bound.LocalAddress} has 1 connections, its maximum").ExpectAsync(1, async () =>
        {
            for (var i = 0UL; i < 3; i++)
            {
                using var client = await EchoClient.ConnectAsync(bound.LocalAddress.ToIPEndPoint(), LimitToken());
                await EchoClient.EchoAsync(client, 1000, i, 100, LimitToken());
                ExpectMsg<ListenerProtocol.LimitReached>(Limit);
            }
        });
    }

    /// <summary>The logged lines with their levels, up to the first line that contains the text.</summary>
    private List<string> LinesTo(string text)
    {
        var lines = new List<string>();
        while (lines.LastOrDefault()?.Contains(text, StringComparison.Ordinal) != true)
        {
            var entry = FishForMessage<LogEvent>(_ => true, Limit);
            if (entry.LogSource.Contains("/actortcp/", StringComparison.Ordinal))
            {
                lines.Add($"{entry.LogLevel()} {entry.Message}");
            }
        }

        return lines;
    }
}
