using ActorTcp.Sockets;

namespace ActorTcp;

/// <summary>
/// The settings of connections: the section <c>actortcp.connection</c>. <see cref="ListenerProtocol.Bind.ConnectionSettings"/> replaces them
/// for the connections of one listener.
/// </summary>
public sealed record ConnectionSettings : ISettingsSection
{
    private const long KiB = 1024;

    /// <summary>The kernel's limit for TCP_KEEPIDLE and TCP_KEEPINTVL.</summary>
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

    /// <summary>
    /// The idle time after which the kernel sends keep-alive probes (TCP_KEEPIDLE, tcp(7)), in whole seconds. Zero disables keep-alive. Defaults
    /// to 60 s.
    /// </summary>
    public TimeSpan KeepAliveIdle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The time between two keep-alive probes (TCP_KEEPINTVL, tcp(7)), in whole seconds. Defaults to 15 s.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The number of unanswered keep-alive probes after which the connection fails with ETIMEDOUT (TCP_KEEPCNT, tcp(7)): 1 to 127. Defaults to 3.
    /// </summary>
    public int KeepAliveProbes { get; init; } = 3;

    /// <summary>
    /// The time for which sent bytes may stay unacknowledged before the connection fails with ETIMEDOUT (TCP_USER_TIMEOUT, tcp(7)). Zero, the
    /// default, means as long as the kernel retransmits.
    /// </summary>
    public TimeSpan UserTimeout { get; init; }

    /// <summary>Whether the kernel sends small messages at once (TCP_NODELAY, tcp(7)). On by default.</summary>
    public bool NoDelay { get; init; } = true;

    /// <summary>
    /// The time in which an accepted connection must be registered, if its listener has no handler. The connection is closed after that.
    /// Defaults to 5 s.
    /// </summary>
    public TimeSpan RegisterTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The time that a handler created by the connection has to process its last messages, Closed included. It is stopped after that, even if
    /// messages are left. Defaults to 5 s.
    /// </summary>
    public TimeSpan HandlerStopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The time in which a supervisor with a delay, such as BackoffSupervisor, must restart a failed handler. The connection is closed after
    /// that (<see cref="CloseReason.HandlerFailed"/>). Also the time for which a handler may keep the last bytes in its stash after the peer has
    /// shut down its sending. Defaults to 60 s.
    /// </summary>
    public TimeSpan HandlerAnswerTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The initial limits of a connection: the settings that can be changed while it runs. Each read returns a new object.</summary>
    public ConnectionLimits Limits =>
        new(SendQueueBytes, SendQueueHigh, SendQueueLow, ReadAheadBytes, FirstByteTimeout, ReadIdleTimeout, WriteStallTimeout, FrameTimeout)
        {
            LargestSend = LargestSend,
            UnboundedDelivery = UnboundedDelivery,
            Idle = IdleTimeout,
            HalfClosed = HalfClosedTimeout,
            Flush = FlushTimeout,
        };

    /// <summary>The options that accepted sockets inherit from the server socket.</summary>
    internal IEnumerable<SocketOption> InheritedOptions() => NoDelay ? KeepAliveOptions().Prepend(new SocketOption.NoDelay(true)) : KeepAliveOptions();

    /// <summary>The options with which the kernel detects that a peer is unreachable.</summary>
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

    /// <summary>A message for each value that breaks a rule, with the setting, the value and the rule.</summary>
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
