namespace ActorTcp;

/// <summary>When a connector connects again after a lost connection or a failed connect, and when it stops trying.</summary>
/// <remarks>
/// Before attempt n since the last success, the connector waits <c>min(Max, Min · Factor^(n-1)) · (1 - Jitter · u)</c>. For each wait, u is a
/// uniform random number from 0 to 1. A connection that lasts for <see cref="ResetAfter"/> is a success.
/// </remarks>
/// <param name="Min">The wait before the first attempt, without the jitter. Above 0. The setting defaults to 100 ms.</param>
/// <param name="Max">The maximum wait; at least <paramref name="Min"/>. The setting defaults to 30 s.</param>
/// <param name="Factor">The factor by which the wait grows with each attempt; at least 1. Defaults to 2.</param>
/// <param name="Jitter">The random part of each wait, 0 to 1. With 0.5, the default, a wait is 50 % to 100 % of its computed length.</param>
/// <param name="MaxAttempts">The maximum number of attempts since the last success; 0, the default, is no limit.</param>
/// <param name="MaxTime">
/// The maximum time without a connection, since the loss of the last successful connection or since the first connect. No attempt begins
/// later. The time does not run during connections shorter than <see cref="ResetAfter"/>. Zero, the default, is no limit.
/// </param>
/// <param name="Seed">The seed of the jitter, for tests that need the same waits each time; null, the default, for random waits.</param>
public sealed record ReconnectPolicy(
    TimeSpan Min,
    TimeSpan Max,
    double Factor = 2,
    double Jitter = 0.5,
    int MaxAttempts = 0,
    TimeSpan MaxTime = default,
    int? Seed = null)
{
    /// <summary>The policy that never connects again.</summary>
    public static readonly ReconnectPolicy None = new(TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>
    /// The time that a connection must last to be a success, which resets the number of attempts and the time without a connection. Defaults to
    /// 10 s.
    /// </summary>
    /// <remarks>
    /// With zero every connection is a success. If a server accepts and closes immediately, the connector then connects again every
    /// <see cref="Min"/>, without end.
    /// </remarks>
    public TimeSpan ResetAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether the connector never connects again.</summary>
    internal bool IsNone => Equals(None);

    /// <summary>The wait before an attempt.</summary>
    /// <param name="attempt">The number of the attempt since the last success, starting at 1.</param>
    /// <param name="random">A random number from 0 to 1.</param>
    internal TimeSpan WaitBefore(int attempt, double random)
    {
        var withoutJitter = Math.Min(Max.TotalMilliseconds, Min.TotalMilliseconds * Math.Pow(Factor, attempt - 1));
        return TimeSpan.FromMilliseconds(withoutJitter * (1 - (Jitter * random)));
    }

    /// <summary>A message for each value that breaks a rule, with the setting, the value and the rule.</summary>
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
