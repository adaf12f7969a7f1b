using ActorTcp.EventLoop;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <summary>
/// The calls that a dispatcher is to make later, and a timerfd(2) that ends its wait for the first of them. A descriptor
/// like any other, so that it works in a turn of the dispatcher's own and of a loop's, and in a select. On the
/// dispatcher's thread.
/// </summary>
internal sealed unsafe class DispatcherTimers : IPollTarget, IDisposable
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly PollDispatcher _dispatcher;
    private readonly SortedSet<DispatcherTimer> _calls = [];
    private readonly int _fd;
    private long _order;

    private DispatcherTimers(PollDispatcher dispatcher, int fd)
    {
        _dispatcher = dispatcher;
        _fd = fd;
    }

    /// <summary>With its timer; null where there is no descriptor for it.</summary>
    public static DispatcherTimers? Create(PollDispatcher dispatcher)
    {
        var fd = Libc.TimerFdCreate(TimerSpec.MonotonicClock, EpollEvents.CloseOnExec | EpollEvents.NonBlocking);
        if (fd < 0)
        {
            return null;
        }

        var calls = new DispatcherTimers(dispatcher, fd);
        if (dispatcher.Poller.Register(fd, EpollEvents.In, calls) < 0)
        {
            calls.Dispose();
            return null;
        }

        return calls;
    }

    /// <summary>Calls a registration after that time, instead of when it was to be called before.</summary>
    public void Add(Registration registration, TimeSpan time)
    {
        Remove(registration);
        var due = new DispatcherTimer(Deadline.TimestampAfter(time), _order++, registration);
        registration.Due = due;
        _calls.Add(due);
        if (_calls.Min == due)
        {
            SetTimer();
        }
    }

    public void Remove(Registration registration)
    {
        if (registration.Due is { } due)
        {
            registration.Due = null;
            _calls.Remove(due);
        }
    }

    public void OnReady(uint events)
    {
        ulong expirations;
        _ = Libc.Read(_fd, &expirations, sizeof(ulong));
        var now = Stopwatch.GetTimestamp();
        while (_calls.Min is { } due && due.At <= now)
        {
            Remove(due.Registration);
            _dispatcher.CallDue(due.Registration);
        }

        SetTimer();
    }

    public void OnFault() => SetTimer();

    public void OnLost(Errno errno)
    {
        // Nothing is due any more: those who wait are given up as well, and the loop says so.
    }

    public void Dispose() => _ = Libc.Close(_fd);

    /// <summary>To the first call, and at once where that is due: no time at all would stop the timer.</summary>
    private void SetTimer()
    {
        if (_calls.Min is { } first)
        {
            var ticks = Math.Max(0, first.At - Stopwatch.GetTimestamp());
            var nanoseconds = Math.Max(1, (long)(ticks * ((double)NanosecondsPerSecond / Stopwatch.Frequency)));
            var time = new TimerSpec
            {
                Seconds = (nint)(nanoseconds / NanosecondsPerSecond),
                Nanoseconds = (nint)(nanoseconds % NanosecondsPerSecond),
            };
            _ = Libc.TimerFdSetTime(_fd, 0, &time, null);
        }
    }
}

/// <summary>A registration that is to be called later: when, on the monotonic clock, and behind which others of the same moment.</summary>
internal sealed record DispatcherTimer(long At, long Order, Registration Registration) : IComparable<DispatcherTimer>
{
    public int CompareTo(DispatcherTimer? other)
    {
        if (other is null)
        {
            return 1;
        }

        var byTime = At.CompareTo(other.At);
        return byTime != 0 ? byTime : Order.CompareTo(other.Order);
    }
}
