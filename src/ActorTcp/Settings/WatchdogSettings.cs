namespace ActorTcp;

/// <summary>The watchdog over the poll loops, from <c>actortcp.watchdog</c>.</summary>
public sealed record WatchdogSettings : ISettingsSection
{
    /// <summary>How long something may hold a loop before the log names it; 0: it is not watched.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(1);

    IEnumerable<string> ISettingsSection.BrokenRules()
    {
        if (Stall != TimeSpan.Zero && Stall < TimeSpan.FromMilliseconds(10))
        {
            yield return $"stall is {Stall}; it must be 0 (off) or at least 10ms";
        }
    }
}
