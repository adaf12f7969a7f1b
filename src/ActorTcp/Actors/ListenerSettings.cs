using Akka.Configuration;

namespace ActorTcp.Actors;

/// <summary>How listeners are set up, from <c>actortcp.listener</c>.</summary>
internal sealed record ListenerSettings(int Backlog, TimeSpan AcceptBackoffMin, TimeSpan AcceptBackoffMax, ListenerLimits Limits)
{
    /// <exception cref="ConfigurationException">A value breaks its rule; the message names all that do.</exception>
    public static ListenerSettings Read(Config config)
    {
        var section = config.GetConfig("actortcp.listener");
        var settings = new ListenerSettings(
            section.GetInt("backlog"),
            section.GetTimeSpan("accept-backoff-min"),
            section.GetTimeSpan("accept-backoff-max"),
            ListenerLimits.Read(section));
        var broken = settings.BrokenRules().Select(rule => $"actortcp.listener.{rule}").ToList();
        return broken.Count == 0 ? settings : throw new ConfigurationException(string.Join("; ", broken));
    }

    private IEnumerable<string> BrokenRules()
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
