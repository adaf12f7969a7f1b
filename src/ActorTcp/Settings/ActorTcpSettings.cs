using Akka.Configuration;

namespace ActorTcp;

/// <summary>
/// Every setting of ActorTcp, as it is below <c>actortcp</c> in an actor system's configuration. What is not given has its
/// default, which is what a new instance has.
/// </summary>
public sealed record ActorTcpSettings : ISettingsSection
{
    /// <summary>Where the settings stand in HOCON.</summary>
    public const string Section = "actortcp";

    /// <summary>How many poll loops (threads) there are; 0: as many as processors. At most 1024.</summary>
    public int Loops { get; init; }

    /// <summary>How long the connections of listeners may take to finish when the actor system stops, before they are closed.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long connections that a stop or a <see cref="ListenerProtocol.Drain"/> closes may take to send queued bytes, before they are aborted.</summary>
    public TimeSpan StopFlushTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a loop and a listener may take to answer a health check.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Whether released memory is overwritten and kept out of use for a while, and an error about it says where it was released. For
    /// tests: each receive then allocates.
    /// </summary>
    public bool CheckedLeases { get; init; }

    /// <summary>Listeners.</summary>
    public ListenerSettings Listener { get; init; } = new();

    /// <summary>Connections.</summary>
    public ConnectionSettings Connection { get; init; } = new();

    /// <summary>Connectors.</summary>
    public ConnectorSettings Connector { get; init; } = new();

    /// <summary>The watchdog over the loops.</summary>
    public WatchdogSettings Watchdog { get; init; } = new();

    /// <summary>Reads the settings and checks them.</summary>
    /// <param name="config">An actor system's configuration.</param>
    /// <exception cref="ConfigurationException">Something is wrong; the message has a line for each fault, with key, value and rule.</exception>
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

    /// <summary>The sections of the loops' dispatchers are Akka's.</summary>
    bool ISettingsSection.Allows(string key) => key.StartsWith("poll-dispatcher-", StringComparison.Ordinal);
}
