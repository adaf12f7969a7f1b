namespace ActorTcp;

/// <summary>How connectors are set up, from <c>actortcp.connector</c>; a <see cref="ConnectorProtocol.Connect"/> may say otherwise.</summary>
public sealed record ConnectorSettings : ISettingsSection
{
    private static readonly TimeSpan LeastDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>How long one connect may take, looking the name up and trying all addresses included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an address is tried before the next one is tried beside it (RFC 8305); at least 10 ms.</summary>
    public TimeSpan AttemptDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How many bytes of Sends may wait while there is no connection; 0: none, they are refused with ENOTCONN.</summary>
    public long QueueBytes { get; init; }

    /// <summary>Whether a connection that was lost, or did not come about, is tried again.</summary>
    public bool Reconnect { get; init; }

    /// <inheritdoc cref="ReconnectPolicy.Min"/>
    public TimeSpan ReconnectMin { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc cref="ReconnectPolicy.Max"/>
    public TimeSpan ReconnectMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc cref="ReconnectPolicy.Factor"/>
    public double ReconnectFactor { get; init; } = 2;

    /// <inheritdoc cref="ReconnectPolicy.Jitter"/>
    public double ReconnectJitter { get; init; } = 0.5;

    /// <inheritdoc cref="ReconnectPolicy.MaxAttempts"/>
    public int ReconnectAttempts { get; init; }

    /// <inheritdoc cref="ReconnectPolicy.MaxTime"/>
    public TimeSpan ReconnectTime { get; init; }

    /// <inheritdoc cref="ReconnectPolicy.ResetAfter"/>
    public TimeSpan ReconnectReset { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The policy in force.</summary>
    internal ReconnectPolicy Policy => PolicyOfConnect ?? (Reconnect ? Written : ReconnectPolicy.None);

    /// <summary>The policy of one Connect; null: the one of these settings.</summary>
    internal ReconnectPolicy? PolicyOfConnect { get; init; }

    private ReconnectPolicy Written =>
        new(ReconnectMin, ReconnectMax, ReconnectFactor, ReconnectJitter, ReconnectAttempts, ReconnectTime) { ResetAfter = ReconnectReset };

    IEnumerable<string> ISettingsSection.BrokenRules() => BrokenRules(Written);

    /// <summary>Each rule that a value breaks, in words that name the setting, the value and the rule.</summary>
    /// <param name="connection">What a connection may hold: the queue of the time before it must fit into it.</param>
    internal IEnumerable<string> BrokenRules(ConnectionLimits connection) =>
        QueueBytes > connection.SendQueueBytes
            ? BrokenRules(Policy).Append($"queue-bytes is {QueueBytes}; it must be at most connection.send-queue-bytes, {connection.SendQueueBytes}")
            : BrokenRules(Policy);

    private IEnumerable<string> BrokenRules(ReconnectPolicy policy)
    {
        if (ConnectTimeout <= TimeSpan.Zero)
        {
            yield return $"connect-timeout is {ConnectTimeout}; it must be above 0";
        }

        if (AttemptDelay < LeastDelay)
        {
            yield return $"attempt-delay is {AttemptDelay}; it must be at least {LeastDelay.TotalMilliseconds} ms";
        }

        if (QueueBytes < 0)
        {
            yield return $"queue-bytes is {QueueBytes}; it must be 0 (Sends are refused) or above";
        }

        foreach (var rule in policy.BrokenRules())
        {
            yield return rule;
        }
    }
}
