using Akka.Configuration;

namespace ActorTcp.Actors;

/// <summary>The limits of a listener, from <c>actortcp.listener</c>.</summary>
internal sealed record ListenerSettings(int Backlog, TimeSpan AcceptBackoffMin, TimeSpan AcceptBackoffMax)
{
    /// <exception cref="ConfigurationException">A value breaks its rule; the message names all that do.</exception>
    public static ListenerSettings Read(Config config)
    {
        var section = config.GetConfig("actortcp.listener");
        var settings = new ListenerSettings(
            section.GetInt("backlog"),
            section.GetTimeSpan("accept-backoff-min"),
            section.GetTimeSpan("accept-backoff-max"));
        var broken = settings.BrokenRules().ToList();
        return broken.Count == 0 ? settings : throw new ConfigurationException(string.Join("; ", broken));
    }

    private IEnumerable<string> BrokenRules()
    {
        if (Backlog is < 1 or > 65535)
        {
            yield return $"actortcp.listener.backlog is {Backlog}; it must be 1 to 65535";
        }

        if (AcceptBackoffMin <= TimeSpan.Zero || AcceptBackoffMin > AcceptBackoffMax)
        {
            yield return $"actortcp.listener.accept-backoff-min is {AcceptBackoffMin}; it must be above 0 and at most accept-backoff-max, {AcceptBackoffMax}";
        }
    }
}
