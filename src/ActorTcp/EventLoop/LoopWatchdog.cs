namespace ActorTcp.EventLoop;

/// <summary>
/// Checks on its own thread whether the loops still run turns, and reports the actor that blocks one. A loop only stores which actor it runs.
/// </summary>
internal sealed class LoopWatchdog : IDisposable
{
    private const long Asleep = -1;

    private readonly Watched[] _loops;
    private readonly TimeSpan _stall;
    private readonly TimeSpan _period;
    private readonly Action<LoopStall> _report;
    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread _thread;

    /// <summary>Starts the thread.</summary>
    /// <param name="loops">The loops.</param>
    /// <param name="stall">The time that a turn may take.</param>
    /// <param name="name">The thread's name.</param>
    /// <param name="report">Called on that thread when a stall is found and again when it has ended.</param>
    public LoopWatchdog(IEnumerable<PollLoop> loops, TimeSpan stall, string name, Action<LoopStall> report)
    {
        Debug.Assert(stall > TimeSpan.Zero, "a watchdog that is off is not made");
        _loops = [.. loops.Select(loop => new Watched(loop))];
        _stall = stall;
        _period = TimeSpan.FromMilliseconds(Math.Clamp(stall.TotalMilliseconds / 4, 1, 1000));
        _report = report;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Ends the thread. Does nothing if it is called again.</summary>
    public void Dispose() => _ended.Set();

    private void Run()
    {
        var last = Stopwatch.GetTimestamp();
        var period = _period;
        while (!_ended.Wait(period))
        {
            // If this thread did not run either, for example because the process was stopped, the time says nothing about the loops.
            var elapsed = Stopwatch.GetElapsedTime(last);
            var passed = elapsed < 2 * period ? elapsed : 2 * period;
            last = Stopwatch.GetTimestamp();
            // If all loops sleep, this thread wakes up less often.
            period = _stall;
            foreach (var watched in _loops)
            {
                Look(watched, passed);
                period = watched.Loop.IsSleeping ? period : _period;
            }
        }
    }

    private void Look(Watched watched, TimeSpan passed)
    {
        var loop = watched.Loop;
        if (loop.Turn == watched.Turn && loop is { IsSleeping: false, State: LoopState.Running or LoopState.Stopping })
        {
            watched.Held += passed;
            if (watched.Held >= _stall && !watched.IsReported)
            {
                loop.Meters.Stalls++;
                watched.Holder = loop.Work?.Running;
                watched.IsReported = true;
                _report(new LoopStall(loop, watched.Holder, watched.Held, HasEnded: false));
            }

            return;
        }

        if (watched.IsReported)
        {
            _report(new LoopStall(loop, watched.Holder, watched.Held, HasEnded: true));
        }

        // A producer marks the loop awake before the loop's thread runs. The time that the loop slept does not count.
        watched.Turn = loop.IsSleeping ? Asleep : loop.Turn;
        watched.Held = TimeSpan.Zero;
        watched.IsReported = false;
    }

    private sealed class Watched(PollLoop loop)
    {
        public PollLoop Loop { get; } = loop;

        public long Turn { get; set; } = Asleep;

        public TimeSpan Held { get; set; }

        public string? Holder { get; set; }

        public bool IsReported { get; set; }
    }
}

/// <summary>Something blocks a loop, or has blocked it, for too long.</summary>
/// <param name="Loop">The loop.</param>
/// <param name="Holder">The actor whose mailbox the loop ran when the stall was found; null if it ran none.</param>
/// <param name="Held">The time for which the loop is blocked so far, or was in all, to within one period of the watchdog.</param>
/// <param name="HasEnded">Whether the loop runs turns again.</param>
internal readonly record struct LoopStall(PollLoop Loop, string? Holder, TimeSpan Held, bool HasEnded);
