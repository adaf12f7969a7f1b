using Akka.Event;

namespace ActorTcp.Tests.EventLoop;

/// <summary>The watchdog names the code that blocks a loop.</summary>
public sealed class TcpWatchdogTests(ITestOutputHelper output) : TcpTestKit(output, "actortcp.watchdog.stall = 400ms")
{
    private static readonly TimeSpan Stall = TimeSpan.FromMilliseconds(400);

    [Fact]
    public async Task Actor_that_blocks_its_loop_is_logged_once_and_again_when_it_returns()
    {
        using var held = new ManualResetEventSlim();
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        var actor = Sys.ActorOf(Props.Create(() => new Blocking(held)).WithDispatcher(Sys.ActorTcp().DispatcherOf(1)), "blocking");
        var meters = Sys.ActorTcp().Loops[1].Meters;

        // The machine may delay the thread of the loop earlier, which is reported too.
        var stalls = 1;
        actor.Tell("block", TestActor);
        while (Next("-poll-1 has been blocked by ") is var warning && !warning.Contains($"by {actor.Path}", StringComparison.Ordinal))
        {
            stalls++;
        }

        var busy = meters.Busy();
        await UntilAsync(() => meters.Busy() > busy + (3 * Stall));
        Assert.Equal(stalls, meters.Stalls);
        held.Set();
        Assert.Contains($"-poll-1 runs again: {actor.Path} blocked it for", Next("-poll-1"), StringComparison.Ordinal);
    }

    [Fact]
    public void Code_outside_of_actors_that_blocks_a_loop_is_logged()
    {
        using var held = new ManualResetEventSlim();
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));

        Sys.ActorTcp().Loops[0].Post(() => held.Wait(Limit));

        Assert.Contains("-poll-0 has been blocked by code that is not in an actor", Next("-poll-0"), StringComparison.Ordinal);
        held.Set();
    }

    [Fact]
    public async Task Busy_and_sleeping_loops_log_no_warning()
    {
        var server = ListenForEcho();
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        using var client = await EchoClient.ConnectAsync(server, LimitToken());
        var loops = Sys.ActorTcp().Loops;
        var turns = loops[0].Turn;

        // The machine may delay the thread of a loop in one attempt, and the watchdog correctly warns then.
        var stalls = -1L;
        for (var attempt = 1; attempt <= 5 && stalls != 0; attempt++)
        {
            var (before, began) = (Stalls(), Environment.TickCount64);
            for (var seed = 1UL; Environment.TickCount64 < began + (3 * Stall).TotalMilliseconds; seed++)
            {
                await EchoClient.EchoAsync(client, 100_000, seed, 1000, LimitToken());
            }

            ExpectNoMsg(2 * Stall);
            stalls = Stalls() - before;
        }

        Assert.Equal(0, stalls);
        Assert.True(loops[0].Turn > turns, "the loop did not turn");

        long Stalls() => loops[0].Meters.Stalls + loops[1].Meters.Stalls;
    }

    private string Next(string loop) =>
        FishForMessage<Warning>(warning => warning.Message.ToString()!.Contains(loop, StringComparison.Ordinal), Limit).Message.ToString()!;

    private sealed class Blocking : ReceiveActor
    {
        public Blocking(ManualResetEventSlim held) => Receive<string>(_ => held.Wait(Limit));
    }
}
