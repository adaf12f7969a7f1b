using System.Collections;
using Akka.Actor;
using Akka.Event;

namespace Akka.Hosting.Logging;

/// <summary>What a logging provider sees of a log event: its properties, where it is from, and the template under the name that they know.</summary>
internal readonly struct AkkaLogState(LogEvent log, ActorPath path) : IEnumerable<KeyValuePair<string, object?>>
{
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        var message = log.Message as LogMessage;
        if (message is not null)
        {
            foreach (var (name, value) in message.GetProperties())
                yield return new(name, value);
        }

        yield return new("ActorPath", path.ToString());
        yield return new("Timestamp", new DateTimeOffset(log.Timestamp));
        yield return new("Thread", log.Thread.ManagedThreadId);
        yield return new("LogSource", log.LogSource);
        yield return new("{OriginalFormat}", message?.Format ?? log.Message?.ToString());
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => log.ToString();
}
