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
    /// The algorithm of congestion control (TCP_CONGESTION, tcp(7)), such as <c>bbr</c>. Empty, the default, means net.ipv4.tcp_congestion_control.
    /// </summary>
    public string CongestionControl { get; init; } = "";

    /// <summary>
    /// The differentiated services code point of sent packets (RFC 2474): 0, the default, to 63. For example, 46 is expedited forwarding.
    /// </summary>
    public int Dscp { get; init; }

    /// <summary>
    /// The mark of sent packets, for the routing and firewall rules of this host (SO_MARK, socket(7)). 0, the default, means none. The process needs
    /// CAP_NET_ADMIN or CAP_NET_RAW.
    /// </summary>
    public long Mark { get; init; }

    /// <summary>
    /// The number of unsent bytes in the kernel's send buffer above which the kernel accepts no more (TCP_NOTSENT_LOWAT, tcp(7)). 0, the default,
    /// means net.ipv4.tcp_notsent_lowat.
    /// </summary>
    public long NotSentLowWater { get; init; }

    /// <summary>
    /// Whether the kernel acknowledges received bytes at once (TCP_QUICKACK, tcp(7)). Off by default: the kernel chooses. If on, the connection makes
    /// one system call more for each receive.
    /// </summary>
    public bool QuickAck { get; init; }

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

    /// <summary>The options of the socket that differ from the defaults of Linux. Accepted sockets inherit them from the server socket.</summary>
    internal IEnumerable<SocketOption> SocketOptions
    {
        get
        {
            if (NoDelay)
            {
                yield return new SocketOption.NoDelay(true);
            }

            if (KeepAliveIdle > TimeSpan.Zero)
            {
                yield return new SocketOption.KeepAlive(true, (int)KeepAliveIdle.TotalMilliseconds, (int)KeepAliveInterval.TotalMilliseconds, KeepAliveProbes);
            }

            if (UserTimeout > TimeSpan.Zero)
            {
                yield return new SocketOption.UserTimeout((int)UserTimeout.TotalMilliseconds);
            }

            if (CongestionControl.Length > 0)
            {
                yield return new SocketOption.CongestionControl(CongestionControl);
            }

            if (Dscp > 0)
            {
                yield return new SocketOption.Dscp(Dscp);
            }

            if (Mark > 0)
            {
                yield return new SocketOption.Mark((uint)Mark);
            }

            if (NotSentLowWater > 0)
            {
                yield return new SocketOption.NotSentLowWater((int)NotSentLowWater);
            }
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

        if (CongestionControl is null)
        {
            yield return "congestion-control is null; it must be the name of an algorithm, or empty";
        }

        if (Dscp is < 0 or > Tcp.DscpMax)
        {
            yield return $"dscp is {Dscp}; it must be 0 to {Tcp.DscpMax}";
        }

        if (Mark is < 0 or > uint.MaxValue)
        {
            yield return $"mark is {Mark}; it must be 0 (none) to {uint.MaxValue}";
        }

        if (NotSentLowWater is < 0 or > int.MaxValue)
        {
            yield return $"not-sent-low-water is {NotSentLowWater}; it must be 0 (the kernel's choice) to {int.MaxValue}";
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
