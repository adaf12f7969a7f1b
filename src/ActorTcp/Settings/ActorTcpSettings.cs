using Akka.Configuration;

namespace ActorTcp;

/// <summary>
/// All settings of ActorTcp: the section <c>actortcp</c> of an actor system's configuration. A new instance has the default of each setting.
/// </summary>
public sealed record ActorTcpSettings : ISettingsSection
{
    /// <summary>The path of the settings in HOCON: <c>actortcp</c>.</summary>
    public const string Section = "actortcp";

    /// <summary>The number of poll loops, each with one thread: 1 to 1024, or 0, the default, for one per processor.</summary>
    public int Loops { get; init; }

    /// <summary>
    /// The time that accepted and adopted connections have to finish when the actor system stops, before they are closed. Defaults to 5 s.
    /// </summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The time that a connection has to send its queued bytes, when a system stop or a <see cref="ListenerProtocol.Drain"/> closes it. It is
    /// aborted after that. Defaults to 3 s.
    /// </summary>
    public TimeSpan StopFlushTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The time that each loop, listener and connector has to answer a health check. Defaults to 2 s.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Whether use after release is detected, for tests. Released memory is overwritten and not reused for some time, and the error about its
    /// use contains the stack trace of the release. Each receive then allocates. Off by default.
    /// </summary>
    public bool CheckedLeases { get; init; }

    /// <summary>The settings of listeners.</summary>
    public ListenerSettings Listener { get; init; } = new();

    /// <summary>The settings of connections.</summary>
    public ConnectionSettings Connection { get; init; } = new();

    /// <summary>The settings of connectors.</summary>
    public ConnectorSettings Connector { get; init; } = new();

    /// <summary>The settings of the watchdog.</summary>
    public WatchdogSettings Watchdog { get; init; } = new();

    /// <summary>Reads the settings and checks them.</summary>
    /// <param name="config">An actor system's configuration.</param>
    /// <exception cref="ConfigurationException">Settings are wrong. The message has a line for each of them, with key, value and rule.</exception>
    public static ActorTcpSettings Read(Config config) => SettingsReader.Read<ActorTcpSettings>(config, Section);

    IEnumerable<string> ISettingsSection.BrokenRules()
    {
        if (Loops is < 0 or > 1024)
        {
            yield return $"loops is {Loops}; it must be 0 (as many as processors) to 1024";
        }

        if (DrainTimeout < TimeSpan.Zero)
        {
            yield return $"drain-timeout is {DrainTimeout}; it must be 0 or above";
        }

        if (StopFlushTimeout < TimeSpan.Zero)
        {
            yield return $"stop-flush-timeout is {StopFlushTimeout}; it must be 0 or above";
        }

        if (Connector.QueueBytes > Connection.SendQueueBytes)
        {
            yield return $"connector.queue-bytes is {Connector.QueueBytes}; it must be at most connection.send-queue-bytes, {Connection.SendQueueBytes}";
        }

        if (HealthTimeout <= TimeSpan.Zero)
        {
            yield return $"health-timeout is {HealthTimeout}; it must be above 0";
        }
    }

    /// <summary>The sections of the poll dispatchers have settings of Akka, which are not checked here.</summary>
    bool ISettingsSection.Allows(string key) => key.StartsWith("poll-dispatcher-", StringComparison.Ordinal);
}
