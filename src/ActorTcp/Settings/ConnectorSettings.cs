using ActorTcp.Sockets;

namespace ActorTcp;

/// <summary>
/// The settings of connectors: the section <c>actortcp.connector</c>. A <see cref="ConnectorProtocol.Connect"/> can override some of them.
/// </summary>
public sealed record ConnectorSettings : ISettingsSection
{
    private static readonly TimeSpan MinAttemptDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>The maximum time of one connect, including the lookup of the name and the attempts at all addresses. Reading the files of <see cref="Tls"/> has the same time, before it. Defaults to 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The time after which the next address is tried in parallel, if the attempts so far have not succeeded (RFC 8305). At least 10 ms. Defaults
    /// to 250 ms.
    /// </summary>
    public TimeSpan AttemptDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The maximum number of bytes that the connector queues while it has no connection. A Send that would exceed it fails with ENOBUFS. With 0,
    /// the default, each Send without a connection fails with ENOTCONN.
    /// </summary>
    public long QueueBytes { get; init; }

    /// <summary>Whether the connector connects again after a lost connection or a failed connect. Off by default.</summary>
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

    /// <summary>
    /// Whether the first bytes are sent with the first packet of a connect, if the server supports it (TCP_FASTOPEN_CONNECT, tcp(7); RFC 7413). Off
    /// by default. The connect then succeeds at once, and begins with the first bytes that are sent. A failure of the connect ends the connection
    /// with <see cref="CloseReason.Error"/>. Only for protocols in which the client sends first, and whose first message may arrive twice.
    /// </summary>
    public bool FastOpen { get; init; }

    /// <summary>TLS of connectors. <see cref="ConnectorProtocol.Connect.Tls"/> replaces it for one connector.</summary>
    public TlsClientSettings Tls { get; init; } = new();

    /// <summary>The options of the socket that are set before the connect, besides those of <see cref="ConnectionSettings"/>.</summary>
    internal IEnumerable<SocketOption> SocketOptions => FastOpen ? [new SocketOption.FastOpenConnect()] : [];

    /// <summary>The policy of one connector: the one of its Connect, or else the one of these settings.</summary>
    internal ReconnectPolicy Policy => PolicyOfConnect ?? (Reconnect ? ConfiguredPolicy : ReconnectPolicy.None);

    /// <summary>The policy of one Connect; null if it has none.</summary>
    internal ReconnectPolicy? PolicyOfConnect { get; init; }

    private ReconnectPolicy ConfiguredPolicy =>
        new(ReconnectMin, ReconnectMax, ReconnectFactor, ReconnectJitter, ReconnectAttempts, ReconnectTime) { ResetAfter = ReconnectReset };

    IEnumerable<string> ISettingsSection.BrokenRules() => BrokenRules(ConfiguredPolicy);

    /// <summary>A message for each value that breaks a rule, with the setting, the value and the rule.</summary>
    /// <param name="connection">The settings of the connections. The connector's queue must fit into their send queue.</param>
    internal IEnumerable<string> BrokenRules(ConnectionSettings connection)
    {
        var rules = BrokenRules(Policy).Concat(connection.BrokenRules());
        return QueueBytes > connection.SendQueueBytes
            ? rules.Append($"queue-bytes is {QueueBytes}; it must be at most connection.send-queue-bytes, {connection.SendQueueBytes}")
            : rules;
    }

    private IEnumerable<string> BrokenRules(ReconnectPolicy policy)
    {
        if (ConnectTimeout <= TimeSpan.Zero)
        {
            yield return $"connect-timeout is {ConnectTimeout}; it must be above 0";
        }

        if (AttemptDelay < MinAttemptDelay)
        {
            yield return $"attempt-delay is {AttemptDelay}; it must be at least {MinAttemptDelay.TotalMilliseconds} ms";
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
