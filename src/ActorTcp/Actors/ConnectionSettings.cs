namespace ActorTcp.Actors;

/// <summary>How connections are set up, from <c>actortcp.connection</c>, or for one listener's by <see cref="ListenerProtocol.Bind.ConnectionSettings"/>.</summary>
public sealed record ConnectionSettings : ISettingsSection
{
    private const long KiB = 1024;

    /// <inheritdoc cref="ConnectionLimits.SendQueueBytes"/>
    public long SendQueueBytes { get; init; } = 1024 * KiB;

    /// <inheritdoc cref="ConnectionLimits.SendQueueHigh"/>
    public long SendQueueHigh { get; init; } = 256 * KiB;

    /// <inheritdoc cref="ConnectionLimits.SendQueueLow"/>
    public long SendQueueLow { get; init; } = 64 * KiB;

    /// <inheritdoc cref="ConnectionLimits.ReadAheadBytes"/>
    public long ReadAheadBytes { get; init; } = 256 * KiB;

    /// <inheritdoc cref="ConnectionLimits.FirstByte"/>
    public TimeSpan FirstByteTimeout { get; init; }

    /// <inheritdoc cref="ConnectionLimits.ReadIdle"/>
    public TimeSpan ReadIdleTimeout { get; init; }

    /// <inheritdoc cref="ConnectionLimits.WriteStall"/>
    public TimeSpan WriteStallTimeout { get; init; }

    /// <inheritdoc cref="ConnectionLimits.FrameCompletion"/>
    public TimeSpan FrameTimeout { get; init; }

    /// <summary>TCP_NODELAY: small messages are sent at once.</summary>
    public bool NoDelay { get; init; } = true;

    /// <summary>How long an accepted connection waits to be registered before it is closed.</summary>
    public TimeSpan RegisterTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a handler that the connection made may take over its last messages before it is stopped in the middle of them.</summary>
    public TimeSpan HandlerStopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a handler that failed may be away before its connection is closed (<see cref="CloseReason.HandlerFailed"/>), under a supervisor that
    /// starts it again later; and how long a handler with a stash may leave the last bytes untouched after the peer's end.
    /// </summary>
    public TimeSpan HandlerAnswerTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The limits that a connection begins with: those of the settings above that can be changed while it runs. A new object each time.</summary>
    public ConnectionLimits Limits =>
        new(SendQueueBytes, SendQueueHigh, SendQueueLow, ReadAheadBytes, FirstByteTimeout, ReadIdleTimeout, WriteStallTimeout, FrameTimeout);

    IEnumerable<string> ISettingsSection.BrokenRules() => BrokenRules();

    /// <summary>Each rule that a value breaks, in words that name the setting, the value and the rule.</summary>
    internal IEnumerable<string> BrokenRules()
    {
        foreach (var rule in Limits.BrokenRules())
        {
            yield return rule;
        }

        if (RegisterTimeout <= TimeSpan.Zero)
        {
            yield return $"register-timeout is {RegisterTimeout}; it must be above 0";
        }

        if (HandlerAnswerTimeout <= TimeSpan.Zero)
        {
            yield return $"handler-answer-timeout is {HandlerAnswerTimeout}; it must be above 0";
        }

        if (HandlerStopTimeout <= TimeSpan.Zero)
        {
            yield return $"handler-stop-timeout is {HandlerStopTimeout}; it must be above 0";
        }
    }
}
