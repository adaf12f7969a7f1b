namespace ActorTcp;

/// <summary>
/// When a connector tries again, after a connection that was lost or a connect that failed. Before the n-th attempt in a row it
/// waits <c>min(Max, Min · Factor^(n-1)) · (1 - Jitter · u)</c>, with u drawn evenly from 0 to 1 each time. The count and the
/// time begin anew when a connection has lasted for <see cref="ResetAfter"/>.
/// </summary>
/// <param name="Min">The first wait, before the jitter.</param>
/// <param name="Max">The longest wait.</param>
/// <param name="Factor">By how much each wait is longer than the one before; 1 or more.</param>
/// <param name="Jitter">Which part of the wait is left to chance, 0 to 1.</param>
/// <param name="MaxAttempts">The most attempts in a row; 0 is no limit.</param>
/// <param name="MaxTime">
/// For how long it is tried: no attempt begins when the connector has been without a connection for longer than this since the loss, or
/// since the first connect. Connections shorter than <see cref="ResetAfter"/> pause this time. Zero is no limit.
/// </param>
/// <param name="Seed">Makes the jitter the same each time, for tests; null: chance.</param>
public sealed record ReconnectPolicy(
    TimeSpan Min,
    TimeSpan Max,
    double Factor = 2,
    double Jitter = 0.5,
    int MaxAttempts = 0,
    TimeSpan MaxTime = default,
    int? Seed = null)
{
    /// <summary>Does not try again.</summary>
    public static readonly ReconnectPolicy None = new(TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>
    /// How long a connection must last for the attempts before it to be forgotten. Defaults to 10 s. With zero every connection counts as a
    /// success, even to a server that accepts and hangs up: it is connected to again each <see cref="Min"/>, for ever.
    /// </summary>
    public TimeSpan ResetAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether it tries again at all.</summary>
    internal bool IsNone => Equals(None);

    /// <summary>How long to wait before the n-th try in a row, n from 1; <paramref name="chance"/> from 0 to 1.</summary>
    internal TimeSpan WaitBefore(int attempt, double chance)
    {
        var grown = Math.Min(Max.TotalMilliseconds, Min.TotalMilliseconds * Math.Pow(Factor, attempt - 1));
        return TimeSpan.FromMilliseconds(grown * (1 - (Jitter * chance)));
    }

    /// <summary>Each rule that a value breaks, in words that name the setting, the value and the rule.</summary>
    internal IEnumerable<string> BrokenRules()
    {
        if (IsNone)
        {
            yield break;
        }

        if (Min <= TimeSpan.Zero || Min > Max)
        {
            yield return $"reconnect-min is {Min}; it must be above 0 and at most reconnect-max, {Max}";
        }

        if (!(Factor >= 1 && double.IsFinite(Factor)))
        {
            yield return $"reconnect-factor is {Factor}; it must be 1 or above";
        }

        if (!(Jitter is >= 0 and <= 1))
        {
            yield return $"reconnect-jitter is {Jitter}; it must be 0 to 1";
        }

        if (MaxAttempts < 0)
        {
            yield return $"reconnect-attempts is {MaxAttempts}; it must be 0 (no limit) or above";
        }

        foreach (var (name, time) in new[] { ("reconnect-time", MaxTime), ("reconnect-reset", ResetAfter) })
        {
            if (time < TimeSpan.Zero)
            {
                yield return $"{name} is {time}; it must be 0 or above";
            }
        }
    }
}
