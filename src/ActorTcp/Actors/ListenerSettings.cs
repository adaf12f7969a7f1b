namespace ActorTcp.Actors;

/// <summary>How listeners are set up, from <c>actortcp.listener</c>, or for one listener by <see cref="ListenerProtocol.Bind.Settings"/>.</summary>
public sealed record ListenerSettings : ISettingsSection
{
    /// <summary>How many connections the kernel may hold ready, 1 to 65535.</summary>
    public int Backlog { get; init; } = 1024;

    /// <summary>How long accepting rests when it failed for want of descriptors or memory; doubles with each failure in a row.</summary>
    public TimeSpan AcceptBackoffMin { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest such rest.</summary>
    public TimeSpan AcceptBackoffMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="ListenerLimits.MaxConnections"/>
    public int MaxConnections { get; init; }

    /// <inheritdoc cref="ListenerLimits.Policy"/>
    public LimitPolicy LimitPolicy { get; init; }

    /// <inheritdoc cref="ListenerLimits.Answer"/>
    public string LimitAnswer { get; init; } = "";

    /// <summary>The limits that a listener begins with: those of the settings above that can be changed while it runs. A new object each time.</summary>
    public ListenerLimits Limits => new(MaxConnections, LimitPolicy, LimitAnswer);

    IEnumerable<string> ISettingsSection.BrokenRules() => BrokenRules();

    /// <summary>Each rule that a value breaks, in words that name the setting, the value and the rule.</summary>
    internal IEnumerable<string> BrokenRules()
    {
        foreach (var rule in Limits.BrokenRules())
        {
            yield return rule;
        }

        if (Backlog is < 1 or > 65535)
        {
            yield return $"backlog is {Backlog}; it must be 1 to 65535";
        }

        if (AcceptBackoffMin <= TimeSpan.Zero || AcceptBackoffMin > AcceptBackoffMax)
        {
            yield return $"accept-backoff-min is {AcceptBackoffMin}; it must be above 0 and at most accept-backoff-max, {AcceptBackoffMax}";
        }
    }
}
