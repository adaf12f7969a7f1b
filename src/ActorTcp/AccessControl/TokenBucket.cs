namespace ActorTcp.AccessControl;

/// <summary>
/// A token bucket without a timer. Its only state is the time at which it is full again; a token that is taken moves this time (this is the
/// generic cell rate algorithm). From any thread.
/// </summary>
/// <remarks>
/// Times are in milliseconds of a loop's clock; inside, in nanoseconds. All loops use the same clock. A loop reads it once per turn, so the clocks of
/// two loops differ by at most a turn. The state never moves back, so an earlier time than the last one adds no tokens.
/// </remarks>
internal struct TokenBucket
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    private long _fullAt;

    /// <summary>Takes tokens, even if the bucket has fewer: it is in debt then.</summary>
    /// <returns>The time until the bucket is out of debt, in milliseconds; 0 if it has no debt.</returns>
    public long Take(in TokenRate rate, long tokens, long now)
    {
        var time = now * NanosecondsPerMillisecond;
        var cost = rate.Cost(tokens);
        long seen, next;
        do
        {
            // The exchange fails if another loop has taken tokens in the meantime. Then the sum is computed again, so no token is lost or taken twice.
            seen = Volatile.Read(ref _fullAt);
            next = Math.Max(seen, time) + cost;
        }
        while (Interlocked.CompareExchange(ref _fullAt, next, seen) != seen);

        return DebtOf(rate, next, time);
    }

    /// <summary>The time until the bucket is out of debt, in milliseconds.</summary>
    public readonly long Debt(in TokenRate rate, long now) => DebtOf(rate, _fullAt, now * NanosecondsPerMillisecond);

    /// <summary>The number of tokens.</summary>
    public readonly long Available(in TokenRate rate, long now)
    {
        var missing = Math.Max(0, _fullAt - (now * NanosecondsPerMillisecond));
        return Math.Max(0, (rate.Burst - missing) / rate.Cost(1));
    }

    /// <summary>The time until the bucket has a token, in milliseconds.</summary>
    public readonly long NextToken(in TokenRate rate, long now) => DebtOf(rate, _fullAt + rate.Cost(1), now * NanosecondsPerMillisecond);

    /// <summary>Whether the bucket is full.</summary>
    public readonly bool IsFull(long now) => _fullAt <= now * NanosecondsPerMillisecond;

    private static long DebtOf(in TokenRate rate, long fullAt, long time) =>
        fullAt - rate.Burst <= time ? 0 : ((fullAt - rate.Burst - time - 1) / NanosecondsPerMillisecond) + 1;
}
