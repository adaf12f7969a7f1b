using Akka.Configuration;

namespace ActorTcp.Actors;

/// <summary>The limits of a connection, from <c>actortcp.connection</c>.</summary>
internal sealed record ConnectionSettings(
    long SendQueueBytes,
    long SendQueueHigh,
    long SendQueueLow,
    bool NoDelay,
    TimeSpan RegisterTimeout,
    TimeSpan HandlerStopTimeout)
{
    /// <exception cref="ConfigurationException">A value breaks its rule; the message names all that do.</exception>
    public static ConnectionSettings Read(Config config)
    {
        var section = config.GetConfig("actortcp.connection");
        var settings = new ConnectionSettings(
            section.GetByteSize("send-queue-bytes") ?? 0,
            section.GetByteSize("send-queue-high") ?? 0,
            section.GetByteSize("send-queue-low") ?? 0,
            section.GetBoolean("no-delay"),
            section.GetTimeSpan("register-timeout"),
            section.GetTimeSpan("handler-stop-timeout"));
        var broken = settings.BrokenRules().ToList();
        return broken.Count == 0 ? settings : throw new ConfigurationException(string.Join("; ", broken));
    }

    private IEnumerable<string> BrokenRules()
    {
        if (SendQueueBytes <= 0)
        {
            yield return $"actortcp.connection.send-queue-bytes is {SendQueueBytes}; it must be above 0 bytes";
        }

        if (SendQueueHigh <= 0 || SendQueueHigh > SendQueueBytes)
        {
            yield return $"actortcp.connection.send-queue-high is {SendQueueHigh}; it must be above 0 bytes and at most send-queue-bytes, {SendQueueBytes}";
        }

        if (SendQueueLow < 0 || SendQueueLow >= SendQueueHigh)
        {
            yield return $"actortcp.connection.send-queue-low is {SendQueueLow}; it must be 0 bytes or more and below send-queue-high, {SendQueueHigh}";
        }

        if (RegisterTimeout <= TimeSpan.Zero)
        {
            yield return $"actortcp.connection.register-timeout is {RegisterTimeout}; it must be above 0";
        }

        if (HandlerStopTimeout <= TimeSpan.Zero)
        {
            yield return $"actortcp.connection.handler-stop-timeout is {HandlerStopTimeout}; it must be above 0";
        }
    }
}
