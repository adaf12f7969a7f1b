namespace ActorTcp.Sockets;

/// <summary>The moment at which a wait runs out, on the monotonic clock: what an interruption used up is not granted again.</summary>
internal readonly struct Deadline
{
    private const int MillisecondsPerSecond = 1000;

    private readonly long _at;

    private Deadline(long at) => _at = at;

    /// <summary>From now on; null is never.</summary>
    public static Deadline After(TimeSpan? time)
        => new(time is { } wait ? TimestampAfter(wait) : long.MaxValue);

    /// <summary>The stopwatch's timestamp after that time from now; <see cref="long.MaxValue"/> if it is past the clock's range.</summary>
    public static long TimestampAfter(TimeSpan time)
    {
        var now = Stopwatch.GetTimestamp();
        var ticks = (Int128)time.Ticks * Stopwatch.Frequency / TimeSpan.TicksPerSecond;
        return ticks >= long.MaxValue - now ? long.MaxValue : now + (long)ticks;
    }

    public bool IsOver => _at != long.MaxValue && _at <= Stopwatch.GetTimestamp();

    /// <summary>
    /// What is left, as poll(2) and epoll_wait(2) take it: -1 is for ever, 0 is over. Rounded up, so that a wait never ends
    /// early. A wait longer than an int of milliseconds is more than one call: <see cref="IsOver"/> says whether it has ended.
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
