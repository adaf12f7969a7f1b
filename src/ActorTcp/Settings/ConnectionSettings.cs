using ActorTcp.Sockets;

namespace ActorTcp;

/// <summary>How connections are set up, from <c>actortcp.connection</c>, or for one listener's by <see cref="ListenerProtocol.Bind.ConnectionSettings"/>.</summary>
public sealed record ConnectionSettings : ISettingsSection
{
    private const long KiB = 1024;

    /// <summary>The kernel's own limit (tcp(7)).</summary>
    private static readonly TimeSpan LongestKeepAlive = TimeSpan.FromSeconds(32767);

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
    public TimeSpan WriteStallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc cref="ConnectionLimits.FrameCompletion"/>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc cref="ConnectionLimits.Idle"/>
    public TimeSpan IdleTimeout { get; init; }

    /// <inheritdoc cref="ConnectionLimits.HalfClosed"/>
    public TimeSpan HalfClosedTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <inheritdoc cref="ConnectionLimits.Flush"/>
    public TimeSpan FlushTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc cref="ConnectionLimits.LargestSend"/>
    public long LargestSend { get; init; } = 64 * 1024 * KiB;

    /// <inheritdoc cref="ConnectionLimits.UnboundedDelivery"/>
    public bool UnboundedDelivery { get; init; }

    /// <summary>After how much idle time the kernel probes whether the peer is still there (TCP_KEEPIDLE). Zero: it never does. Whole seconds.</summary>
    public TimeSpan KeepAliveIdle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The time between two of these probes (TCP_KEEPINTVL). Whole seconds.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The number of unanswered probes after which the connection fails with ETIMEDOUT (TCP_KEEPCNT).</summary>
    public int KeepAliveProbes { get; init; } = 3;

    /// <summary>How long sent bytes may stay unacknowledged (TCP_USER_TIMEOUT). Zero: as long as the kernel retransmits.</summary>
    public TimeSpan UserTimeout { get; init; }

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
        new(SendQueueBytes, SendQueueHigh, SendQueueLow, ReadAheadBytes, FirstByteTimeout, ReadIdleTimeout, WriteStallTimeout, FrameTimeout)
        {
            LargestSend = LargestSend,
            UnboundedDelivery = UnboundedDelivery,
            Idle = IdleTimeout,
            HalfClosed = HalfClosedTimeout,
            Flush = FlushTimeout,
        };

    /// <summary>What accepted sockets inherit from the server socket.</summary>
    internal IEnumerable<SocketOption> InheritedOptions() => NoDelay ? KeepAliveOptions().Prepend(new SocketOption.NoDelay(true)) : KeepAliveOptions();

    /// <summary>How the kernel finds out that a peer has vanished.</summary>
    internal IEnumerable<SocketOption> KeepAliveOptions()
    {
        if (KeepAliveIdle > TimeSpan.Zero)
        {
            yield return new SocketOption.KeepAlive(true, (int)KeepAliveIdle.TotalMilliseconds, (int)KeepAliveInterval.TotalMilliseconds, KeepAliveProbes);
        }

        if (UserTimeout > TimeSpan.Zero)
        {
            yield return new SocketOption.UserTimeout((int)UserTimeout.TotalMilliseconds);
        }
    }

    IEnumerable<string> ISettingsSection.BrokenRules() => BrokenRules();

    /// <summary>Each rule that a value breaks, in words that name the setting, the value and the rule.</summary>
    internal IEnumerable<string> BrokenRules()
    {
        foreach (var rule in Limits.BrokenRules())
        {
            yield return rule;
        }

        foreach (var (name, time) in new[] { ("keep-alive-idle", KeepAliveIdle), ("keep-alive-interval", KeepAliveInterval) })
        {
            if (time < TimeSpan.Zero || time > LongestKeepAlive || (time == TimeSpan.Zero && name != "keep-alive-idle"))
            {
                yield return $"{name} is {time}; it must be above 0 (keep-alive-idle: or 0, for none) and at most {LongestKeepAlive}";
            }
        }

        if (KeepAliveProbes is < 1 or > 127)
        {
            yield return $"keep-alive-probes is {KeepAliveProbes}; it must be 1 to 127";
        }

        if (UserTimeout < TimeSpan.Zero || UserTimeout.TotalMilliseconds > int.MaxValue)
        {
            yield return $"user-timeout is {UserTimeout}; it must be 0 (none) to {int.MaxValue} ms";
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
