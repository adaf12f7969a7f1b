namespace ActorTcp;

/// <summary>The settings of the watchdog, which reports actors that block a poll loop: the section <c>actortcp.watchdog</c>.</summary>
public sealed record WatchdogSettings : ISettingsSection
{
    /// <summary>
    /// The time for which an actor may block a poll loop before the watchdog logs a warning with its path. At least 10 ms, or 0 to disable the
    /// watchdog. Defaults to 1 s.
    /// </summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(1);

    IEnumerable<string> ISettingsSection.BrokenRules()
    {
        if (Stall != TimeSpan.Zero && Stall < TimeSpan.FromMilliseconds(10))
        {
            yield return $"stall is {Stall}; it must be 0 (off) or at least 10ms";
        }
    }
}
