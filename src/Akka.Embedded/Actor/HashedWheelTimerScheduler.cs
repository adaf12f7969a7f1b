using System.Diagnostics;
using System.Numerics;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// A wheel of buckets, one per tick, and a thread that sleeps until the next bucket that has something due. Nothing
/// is early; repeated work is due at multiples of its interval, however late a single run was.
/// </summary>
public sealed class HashedWheelTimerScheduler : SchedulerBase, IDisposable
{
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly TimeSpan _tickDuration;
    private readonly TimeSpan _shutdownTimeout;
    private readonly Entry?[] _wheel;

    // All guarded by the lock.
    private Thread? _thread;
    private long _tick;
    private long _sleepsUntilTick = long.MaxValue;
    private int _count;
    private bool _isShutDown;

    public HashedWheelTimerScheduler(Config scheduler, ILoggingAdapter log)
        : base(scheduler, log)
    {
        var ticksPerWheel = SchedulerConfig.GetInt("akka.scheduler.ticks-per-wheel");
        if (ticksPerWheel is <= 0 or > 1 << 30)
            throw new ArgumentOutOfRangeException("akka.scheduler.ticks-per-wheel", ticksPerWheel, "Must be greater than 0, and at most 2^30.");
        _tickDuration = SchedulerConfig.GetTimeSpan("akka.scheduler.tick-duration");
        if (_tickDuration < TimeSpan.FromMilliseconds(10))
            throw new ArgumentOutOfRangeException(
                "akka.scheduler.tick-duration", _tickDuration.TotalMilliseconds, "minimum supported akka.scheduler.tick-duration on Windows is 10ms");
        _shutdownTimeout = SchedulerConfig.GetTimeSpan("akka.scheduler.shutdown-timeout");
        _wheel = new Entry?[BitOperations.RoundUpToPowerOf2((uint)ticksPerWheel)];
    }

    public override TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(0);

    public override TimeSpan HighResMonotonicClock => Stopwatch.GetElapsedTime(0);

    protected override DateTimeOffset TimeNow => DateTimeOffset.UtcNow;

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>Takes no more work, and runs what is still outstanding at once, as Akka.NET does.</summary>
    public void Dispose()
    {
        Thread? thread;
        lock (_lock)
        {
            if (_isShutDown)
                return;
            _isShutDown = true;
            thread = _thread;
        }

        _wake.Set();
        if (thread is not null && thread != Thread.CurrentThread && !thread.Join(_shutdownTimeout))
            Log.Warning("Failed to shutdown scheduler within {0}", _shutdownTimeout);
        else
            RunOutstanding();
    }

    private protected override void Schedule(TimeSpan delay, TimeSpan? interval, IRunnable action, ICancelable? cancelable)
    {
        if (cancelable is { IsCancellationRequested: true })
            return;
        var due = delay > TimeSpan.MaxValue - Elapsed - TimeSpan.FromDays(1) ? TimeSpan.MaxValue / 2 : Elapsed + delay;
        var entry = new Entry(action, cancelable, interval) { Due = due };
        lock (_lock)
        {
            if (_isShutDown)
                throw new SchedulerException("cannot enqueue after timer shutdown");
            StartThread();
            Insert(entry);
        }

        // One that is used for much work at once only keeps that from being run.
        if (cancelable is Cancelable { OnCanceled: null } own)
            own.OnCanceled = () => Remove(entry);
    }

    private void StartThread()
    {
        if (_thread is not null)
            return;
        _thread = new Thread(Run) { IsBackground = true, Name = "akka-scheduler" };
        _thread.Start();
    }

    private void Insert(Entry entry)
    {
        // The tick that ends at or after the time when it is due.
        var tick = Math.Max(_tick, (entry.Due.Ticks + _tickDuration.Ticks - 1) / _tickDuration.Ticks);
        ref var bucket = ref _wheel[tick & (_wheel.Length - 1)];
        entry.Tick = tick;
        entry.Next = bucket;
        if (bucket is not null)
            bucket.Previous = entry;
        bucket = entry;
        entry.IsInWheel = true;
        _count++;
        if (tick < _sleepsUntilTick)
            _wake.Set();
    }

    private void Remove(Entry entry)
    {
        lock (_lock)
            Unlink(entry);
    }

    private void Unlink(Entry entry)
    {
        if (!entry.IsInWheel)
            return;
        if (entry.Previous is null)
            _wheel[entry.Tick & (_wheel.Length - 1)] = entry.Next;
        else
            entry.Previous.Next = entry.Next;
        if (entry.Next is not null)
            entry.Next.Previous = entry.Previous;
        entry.Previous = entry.Next = null;
        entry.IsInWheel = false;
        _count--;
    }

    private void Run()
    {
        var due = new List<Entry>();
        while (true)
        {
            TimeSpan sleep;
            lock (_lock)
            {
                if (_isShutDown)
                    return;
                Advance(due);
                sleep = due.Count > 0 ? TimeSpan.Zero : FindSleep();
            }

            foreach (var entry in due)
                RunEntry(entry);
            due.Clear();
            if (sleep != TimeSpan.Zero)
                _wake.WaitOne(sleep);
        }
    }

    /// <summary>Takes what is due out of the wheel, in the order in which it is.</summary>
    private void Advance(List<Entry> due)
    {
        var now = Elapsed.Ticks / _tickDuration.Ticks;
        _sleepsUntilTick = long.MaxValue;
        if (_count == 0)
        {
            _tick = now + 1;
            return;
        }

        // A late thread may have ticks to catch up; but once around the wheel it has seen all.
        var last = Math.Min(now, _tick + _wheel.Length - 1);
        for (; _tick <= last; _tick++)
        {
            for (var entry = _wheel[_tick & (_wheel.Length - 1)]; entry is not null;)
            {
                var next = entry.Next;
                if (entry.Tick <= now)
                {
                    Unlink(entry);
                    due.Add(entry);
                }

                entry = next;
            }
        }

        _tick = now + 1;
        due.Sort(static (a, b) => a.Due.CompareTo(b.Due));
    }

    private TimeSpan FindSleep()
    {
        if (_count == 0)
            return Timeout.InfiniteTimeSpan;
        var tick = _tick;
        while (_wheel[tick & (_wheel.Length - 1)] is null)
            tick++;
        _sleepsUntilTick = tick;
        var left = new TimeSpan(tick * _tickDuration.Ticks) - Elapsed;
        return left <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));
    }

    private void RunEntry(Entry entry)
    {
        if (entry.Cancelable is { IsCancellationRequested: true })
            return;
        try
        {
            entry.Action.Run();
            Repeat(entry);
        }
        catch (Exception e)
        {
            try
            {
                Log.Error(e, "Error while executing scheduled task {0}", entry.Action);
            }
            catch (Exception)
            {
                // The thread must outlive a logger's failure as well.
            }
        }
    }

    private void RunOutstanding()
    {
        var outstanding = new List<Entry>();
        lock (_lock)
        {
            foreach (var first in _wheel)
            {
                for (var entry = first; entry is not null; entry = entry.Next)
                    outstanding.Add(entry);
            }
        }

        foreach (var entry in outstanding)
        {
            try
            {
                if (entry.Cancelable is not { IsCancellationRequested: true })
                    entry.Action.Run();
            }
            catch (SchedulerException)
            {
                // It wants to schedule more.
            }
            catch (Exception e)
            {
                Log.Error(e, "Exception while executing timer task.");
            }
        }
    }

    private void Repeat(Entry entry)
    {
        if (entry.Interval is not { } interval)
            return;
        lock (_lock)
        {
            entry.Due += interval;
            if (entry.Cancelable is not { IsCancellationRequested: true })
                Insert(entry);
        }
    }

    private sealed class Entry(IRunnable action, ICancelable? cancelable, TimeSpan? interval)
    {
        public readonly IRunnable Action = action;
        public readonly ICancelable? Cancelable = cancelable;
        public readonly TimeSpan? Interval = interval;
        public TimeSpan Due;
        public long Tick;
        public bool IsInWheel;
        public Entry? Previous;
        public Entry? Next;
    }
}
