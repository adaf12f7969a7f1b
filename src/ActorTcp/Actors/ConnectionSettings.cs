namespace ActorTcp.Actors;

/// <summary>How connections are set up, from <c>actortcp.connection</c>, or for one listener's by <see cref="ListenerProtocol.Bind.ConnectionSettings"/>.</summary>
public sealed record ConnectionSettings : ISettingsSection
{
    private const long KiB = 1024;

    /// <inheritdoc cref="ConnectionLimits.SendQueueBytes"/>
    public long SendQueueBytes
    {
        get => Limits.SendQueueBytes;
        init => Limits = Limits with { SendQueueBytes = value };
    }

    /// <inheritdoc cref="ConnectionLimits.SendQueueHigh"/>
    public long SendQueueHigh
    {
        get => Limits.SendQueueHigh;
        init => Limits = Limits with { SendQueueHigh = value };
    }

    /// <inheritdoc cref="ConnectionLimits.SendQueueLow"/>
    public long SendQueueLow
    {
        get => Limits.SendQueueLow;
        init => Limits = Limits with { SendQueueLow = value };
    }

    /// <inheritdoc cref="ConnectionLimits.ReadAheadBytes"/>
    public long ReadAheadBytes
    {
        get => Limits.ReadAheadBytes;
        init => Limits = Limits with { ReadAheadBytes = value };
    }

    /// <inheritdoc cref="ConnectionLimits.FirstByte"/>
    public TimeSpan FirstByteTimeout
    {
        get => Limits.FirstByte;
        init => Limits = Limits with { FirstByte = value };
    }

    /// <inheritdoc cref="ConnectionLimits.ReadIdle"/>
    public TimeSpan ReadIdleTimeout
    {
        get => Limits.ReadIdle;
        init => Limits = Limits with { ReadIdle = value };
    }

    /// <inheritdoc cref="ConnectionLimits.WriteStall"/>
    public TimeSpan WriteStallTimeout
    {
        get => Limits.WriteStall;
        init => Limits = Limits with { WriteStall = value };
    }

    /// <inheritdoc cref="ConnectionLimits.FrameCompletion"/>
    public TimeSpan FrameTimeout
    {
        get => Limits.FrameCompletion;
        init => Limits = Limits with { FrameCompletion = value };
    }

    /// <summary>The limits that a connection begins with.</summary>
    public ConnectionLimits Limits { get; init; } =
        new(1024 * KiB, 256 * KiB, 64 * KiB, 256 * KiB, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>TCP_NODELAY: small messages are sent at once.</summary>
    public bool NoDelay { get; init; } = true;

    /// <summary>How long an accepted connection waits to be registered before it is closed.</summary>
    public TimeSpan RegisterTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a handler that the connection made may take over its last messages before it is stopped in the middle of them.</summary>
    public TimeSpan HandlerStopTimeout { get; init; } = TimeSpan.FromSeconds(5);

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

        if (HandlerStopTimeout <= TimeSpan.Zero)
        {
            yield return $"handler-stop-timeout is {HandlerStopTimeout}; it must be above 0";
        }
    }
}
