namespace ActorTcp.Sockets;

/// <summary>The moment at which a wait runs out, on the monotonic clock: what an interruption used up is not granted again.</summary>
internal readonly struct Deadline
{
    private readonly long _at;

    private Deadline(long at) => _at = at;

    /// <summary>From now on; null is never.</summary>
    public static Deadline After(int? milliseconds)
        => new(milliseconds is { } ms ? Stopwatch.GetTimestamp() + (ms * Stopwatch.Frequency / 1000) : long.MaxValue);

    public bool IsOver => _at != long.MaxValue && _at <= Stopwatch.GetTimestamp();

    /// <summary>What is left, as poll(2) and epoll_wait(2) take it: -1 is for ever, 0 is over; rounded up, so that a wait never ends early.</summary>
    public int RemainingMilliseconds
    {
        get
        {
            if (_at == long.MaxValue)
            {
                return -1;
            }

            var ticks = _at - Stopwatch.GetTimestamp();
            return ticks <= 0 ? 0 : (int)Math.Min(int.MaxValue, ((ticks * 1000) + Stopwatch.Frequency - 1) / Stopwatch.Frequency);
        }
    }
}
