using ActorTcp.Interop;
using ActorTcp.Sockets;

namespace ActorTcp.EventLoop;

/// <summary>The moment at which a wait ends, on the monotonic clock. A wait that is interrupted continues with the remaining time.</summary>
internal readonly struct Deadline
{
    private const int MillisecondsPerSecond = 1000;

    private readonly long _at;

    private Deadline(long at) => _at = at;

    /// <summary>A time from now; null never ends.</summary>
    public static Deadline After(TimeSpan? time)
        => new(time is { } wait ? TimestampAfter(wait) : long.MaxValue);

    /// <summary>The timestamp of <see cref="Stopwatch"/> a time from now; <see cref="long.MaxValue"/> if the clock has no such timestamp.</summary>
    public static long TimestampAfter(TimeSpan time)
    {
        var now = Stopwatch.GetTimestamp();
        var ticks = (Int128)time.Ticks * Stopwatch.Frequency / TimeSpan.TicksPerSecond;
        return ticks >= long.MaxValue - now ? long.MaxValue : now + (long)ticks;
    }

    public bool IsOver => _at != long.MaxValue && _at <= Stopwatch.GetTimestamp();

    /// <summary>
    /// The time that is left, as poll(2) and epoll_wait(2) take it: -1 has no limit, 0 is over. Rounded up, so that a wait never ends
    /// early. A wait of more milliseconds than an int holds takes several calls: <see cref="IsOver"/> says whether it has ended.
    /// </summary>
    public int RemainingMilliseconds
    {
        get
        {
            if (_at == long.MaxValue)
            {
                return -1;
            }

            var ticks = _at - Stopwatch.GetTimestamp();
            if (ticks <= 0)
            {
                return 0;
            }

            var (seconds, fraction) = Math.DivRem(ticks, Stopwatch.Frequency);
            return (int)Math.Min(int.MaxValue, (seconds * MillisecondsPerSecond) + (((fraction * MillisecondsPerSecond) + Stopwatch.Frequency - 1) / Stopwatch.Frequency));
        }
    }
}

/// <summary>Waits for one descriptor with poll(2). The synchronous calls use it.</summary>
internal static unsafe class DescriptorWait
{
    /// <summary>
    /// Returns None if the call should try again, also if the descriptor has an error, which the next try returns. Returns EAGAIN if the time is over.
    /// </summary>
    public static Errno Until(int fd, short events, Deadline deadline)
    {
        var descriptor = new PollFd { Fd = fd, Events = events };
        while (true)
        {
            var remaining = deadline.RemainingMilliseconds;
            var ready = Libc.Poll(&descriptor, 1, remaining);
            if (ready > 0)
            {
                return (descriptor.Returned & PollFd.Invalid) == 0 ? Errno.None : Errno.EBADF;
            }

            if (ready == 0)
            {
                if (remaining == 0 || deadline.RemainingMilliseconds == 0)
                {
                    return Errno.EAGAIN;
                }
            }
            else if (LastError.OfLibc is var errno and not Errno.EINTR)
            {
                return errno;
            }
        }
    }
}
