namespace ActorTcp.Connectors;

/// <summary>Counts the attempts to reconnect, and decides whether another one follows. Times are in milliseconds of the loop's clock.</summary>
internal sealed class Reconnects(ReconnectPolicy policy, long now)
{
    private readonly Random _random = policy.Seed is { } seed ? new Random(seed) : Random.Shared;
    private long _disconnectedSince = now;

    /// <summary>The number of attempts since the last connection that lasted for <see cref="ReconnectPolicy.ResetAfter"/>.</summary>
    public int Attempts { get; private set; }

    /// <summary>Begins the next attempt, if the policy allows one.</summary>
    /// <param name="now">The time.</param>
    /// <param name="wait">The time until the attempt.</param>
    public bool TryNext(long now, out TimeSpan wait)
    {
        wait = policy.WaitBefore(Attempts + 1, _random.NextDouble());
        var down = TimeSpan.FromMilliseconds(now - _disconnectedSince);
        if (policy.IsNone
            || (policy.MaxAttempts > 0 && Attempts >= policy.MaxAttempts)
            || (policy.MaxTime > TimeSpan.Zero && wait > policy.MaxTime - down))
        {
            return false;
        }

        Attempts++;
        return true;
    }

    /// <summary>
    /// A connection has ended. If it lasted for ResetAfter, it resets the number of attempts and the time without a connection. A shorter one changes
    /// neither: its duration does not count as time without a connection.
    /// </summary>
    public void OnDisconnected(long connectedAt, long now)
    {
        if (now - connectedAt >= policy.ResetAfter.TotalMilliseconds)
        {
            Attempts = 0;
            _disconnectedSince = now;
        }
        else
        {
            _disconnectedSince += now - connectedAt;
        }
    }
}
