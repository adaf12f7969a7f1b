using Akka.Actor.Setup;
using Akka.TestKit.Xunit2;

namespace ActorTcp.Tests.Support;

/// <summary>Tests of the actors on real sockets: a system with two loops and long limits.</summary>
public abstract class TcpTestKit : TestKit
{
    /// <summary>Long enough for a busy machine. No test waits for it to pass.</summary>
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Long limits for everything that would fail or warn on a busy machine. A test of such a limit sets it.</summary>
    private const string Patience = """
        akka.loglevel = DEBUG
        akka.test { single-expect-default = 30s, filter-leeway = 30s }
        actortcp { watchdog.stall = 60s, checked-leases = on, drain-timeout = 0s }

        """;

    /// <param name="output">Receives the log.</param>
    /// <param name="config">HOCON with precedence over the kit's own.</param>
    /// <param name="loops">The number of poll loops.</param>
    /// <param name="stillClock">Whether only <see cref="AdvanceAsync"/> moves the clock of the loops.</param>
    /// <param name="transport">The network; null: the kernel's.</param>
    private protected TcpTestKit(ITestOutputHelper output, string config = "", int loops = 2, bool stillClock = false, ITransport? transport = null)
        : base(Setup($"{Patience}actortcp.loops = {loops}\n{config}", stillClock, transport), null, output)
    {
    }

    protected static CancellationToken LimitToken() => new CancellationTokenSource(Limit).Token;

    /// <summary>Waits for a condition. AwaitCondition alone polls only every tenth of its limit.</summary>
    private protected Task UntilAsync(Func<Task<bool>> condition) => AwaitConditionAsync(condition, Limit, TimeSpan.FromMilliseconds(5));

    /// <summary>Waits for a condition.</summary>
    private protected Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    /// <summary>Binds a listener to a free port of 127.0.0.1, or of another address.</summary>
    private protected ListenerProtocol.Bound Listen(Props? handler, int backlog = 0, IPAddress? host = null)
    {
        SockAddr address = new IPEndPoint(host ?? IPAddress.Loopback, 0);
        Sys.ActorTcp().Manager.Tell(new ListenerProtocol.Bind(address, handler, Backlog: backlog), TestActor);
        return ExpectMsg<ListenerProtocol.Bound>(Limit);
    }

    /// <summary>Advances the clock of the loops. Messages of due timers are sent before this returns, and before any later message.</summary>
    private protected Task AdvanceAsync(TimeSpan time)
    {
        var clock = (ManualClock)Sys.Settings.Setup.Get<PollExecutorClockSetup>().Value.Clock;
        var loops = Sys.ActorTcp().Loops;
        return clock.AdvanceAsync(time, Enumerable.Range(0, loops.Count).Select(loop => loops[loop]));
    }

    private protected IPEndPoint ListenForEcho() => Listen(Props.Create<EchoHandler>()).LocalAddress.ToIPEndPoint();

    private static ActorSystemSetup Setup(string config, bool stillClock, ITransport? transport)
    {
        var setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config + RoundTrips.Config), ScriptedResolver.Setup());
        setup = transport is null ? setup : setup.And(new TransportSetup(transport));
        return stillClock ? setup.And(new PollExecutorClockSetup(new ManualClock())) : setup;
    }
}

/// <summary>A clock of the loops that only the test moves, so that a slow machine has no effect on it.</summary>
internal sealed class ManualClock : ILoopClock
{
    private long _milliseconds = Environment.TickCount64;

    public long Milliseconds => Volatile.Read(ref _milliseconds);

    /// <summary>Advances the clock and returns when each loop has called all timers that are due.</summary>
    public async Task AdvanceAsync(TimeSpan time, IEnumerable<PollLoop> loops)
    {
        Interlocked.Add(ref _milliseconds, (long)time.TotalMilliseconds);
        await Task.WhenAll(loops.Select(AfterWholeTurnAsync));
    }

    private static Task AfterWholeTurnAsync(PollLoop loop)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // The turn of this post may have read the clock earlier. The next turn has not, and calls the timers at its end.
        loop.Post(() => loop.Post(() => loop.Post(done.SetResult)));
        return done.Task;
    }
}
