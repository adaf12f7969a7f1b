using Akka.Configuration;

namespace ActorTcp.Actors;

/// <summary>How connections are set up, from <c>actortcp.connection</c>.</summary>
internal sealed record ConnectionSettings(ConnectionLimits Limits, bool NoDelay, TimeSpan RegisterTimeout, TimeSpan HandlerStopTimeout)
{
    /// <exception cref="ConfigurationException">A value breaks its rule; the message names all that do.</exception>
    public static ConnectionSettings Read(Config config)
    {
        var section = config.GetConfig("actortcp.connection");
        var settings = new ConnectionSettings(
            ConnectionLimits.Read(section),
            section.GetBoolean("no-delay"),
            section.GetTimeSpan("register-timeout"),
            section.GetTimeSpan("handler-stop-timeout"));
        var broken = settings.BrokenRules().Select(rule => $"actortcp.connection.{rule}").ToList();
        return broken.Count == 0 ? settings : throw new ConfigurationException(string.Join("; ", broken));
    }

    private IEnumerable<string> BrokenRules()
    {
        foreach (var rule in Limits.BrokenRules())
        {
            yield return rule;
        }

        if (RegisterTimeout <= TimeSpan.Zero)
        {
            yield return $"register-timeout is {RegisterTimeout}; it must be above 0";
        }

        if (HandlerStopTimeout <= TimeSpan.Zero)
        {
            yield return $"handler-stop-timeout is {HandlerStopTimeout}; it must be above 0";
        }
    }
}
