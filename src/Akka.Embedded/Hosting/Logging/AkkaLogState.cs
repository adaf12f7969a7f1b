using System.Collections;
using Akka.Actor;
using Akka.Event;

namespace Akka.Hosting.Logging;

/// <summary>What a logging provider sees of a log event: the ids of its trace, its properties, where it is from, and the template under the name that they know.</summary>
internal readonly struct AkkaLogState(LogEvent log, ActorPath path) : IEnumerable<KeyValuePair<string, object?>>
{
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        if (log.ActivityContext is { } trace && trace.TraceId != default)
        {
            yield return new("Akka.TraceId", trace.TraceId);
            yield return new("Akka.SpanId", trace.SpanId);
            yield return new("Akka.TraceFlags", (int)trace.TraceFlags);
        }

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

    public override string ToString()
    {
        try
        {
            return log.ToString();
        }
        catch (Exception)
        {
            var what = log.Message is LogMessage m ? $"Template: [{m.Format}], args: [{m.Unformatted()}]" : $"Message: [{log.Message}]";
            return $"Received a malformed formatted message. Log level: [{log.LogLevel()}], {what}";
        }
    }
}
