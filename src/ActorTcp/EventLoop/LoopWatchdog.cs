namespace ActorTcp.EventLoop;

/// <summary>
/// Looks from a thread of its own whether the loops still turn, and tells who holds one that does not. Costs a loop nothing
/// but the word that says what it runs.
/// </summary>
internal sealed class LoopWatchdog : IDisposable
{
    private const long Asleep = -1;

    private readonly Watched[] _loops;
    private readonly TimeSpan _stall;
    private readonly TimeSpan _period;
    private readonly Action<LoopStall> _tell;
    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread _thread;

    /// <summary>Begins to watch.</summary>
    /// <param name="loops">The loops.</param>
    /// <param name="stall">How long a turn may last.</param>
    /// <param name="name">The thread's name.</param>
    /// <param name="tell">Told, on that thread, when a stall has been found and when it has ended.</param>
    public LoopWatchdog(IEnumerable<PollLoop> loops, TimeSpan stall, string name, Action<LoopStall> tell)
    {
        Debug.Assert(stall > TimeSpan.Zero, "a watchdog that is off is not made");
        _loops = [.. loops.Select(loop => new Watched(loop))];
        _stall = stall;
        _period = TimeSpan.FromMilliseconds(Math.Clamp(stall.TotalMilliseconds / 4, 1, 1000));
        _tell = tell;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Ends it. More than once does nothing.</summary>
    public void Dispose() => _ended.Set();

    private void Run()
    {
        var last = Stopwatch.GetTimestamp();
        var period = _period;
        while (!_ended.Wait(period))
        {
            // Where this thread did not run either, as when the process was stopped, the time says nothing about the loops.
            var elapsed = Stopwatch.GetElapsedTime(last);
            var passed = elapsed < 2 * period ? elapsed : 2 * period;
            last = Stopwatch.GetTimestamp();
            // A process with nothing to do is woken seldom.
            period = _stall;
            foreach (var watched in _loops)
            {
                Look(watched, passed);
                period = watched.Loop.State == LoopState.Sleeping ? period : _period;
            }
        }
    }

    private void Look(Watched watched, TimeSpan passed)
    {
        var loop = watched.Loop;
        if (loop.Turn == watched.Turn && loop.State is LoopState.Awake or LoopState.Stopping)
        {
            watched.Held += passed;
            if (watched.Held >= _stall && !watched.IsTold)
            {
                loop.Meters.Stalls++;
                watched.Holder = loop.Work?.Running;
                watched.IsTold = true;
                _tell(new LoopStall(loop, watched.Holder, watched.Held, HasEnded: false));
            }

            return;
        }

        if (watched.IsTold)
        {
            _tell(new LoopStall(loop, watched.Holder, watched.Held, HasEnded: true));
        }

        // Whoever wakes a loop marks it awake before its thread runs: how long it slept does not count.
        watched.Turn = loop.State == LoopState.Sleeping ? Asleep : loop.Turn;
        watched.Held = TimeSpan.Zero;
        watched.IsTold = false;
    }

    private sealed class Watched(PollLoop loop)
    {
        public PollLoop Loop { get; } = loop;

        public long Turn { get; set; } = Asleep;

        public TimeSpan Held { get; set; }

        public string? Holder { get; set; }

        public bool IsTold { get; set; }
    }
}

/// <summary>Something holds a loop, or has held it, for too long.</summary>
/// <param name="Loop">The loop.</param>
/// <param name="Holder">Whose mailbox it ran when that was found; null where it was none.</param>
/// <param name="Held">How long it has been held so far, or was in all, to within a look of the watchdog's.</param>
/// <param name="HasEnded">Whether it turns again.</param>
internal readonly record struct LoopStall(PollLoop Loop, string? Holder, TimeSpan Held, bool HasEnded);
