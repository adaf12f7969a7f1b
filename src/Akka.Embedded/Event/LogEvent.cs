using System.Diagnostics;
using System.Globalization;
using Akka.Actor;

namespace Akka.Event;

/// <summary>Something to log, as it goes over the event stream to the loggers.</summary>
public abstract class LogEvent : INoSerializationVerificationNeeded
{
    private protected LogEvent(Exception? cause, string logSource, Type logClass, object message)
    {
        Cause = cause!;
        LogSource = logSource;
        LogClass = logClass;
        Message = message;
    }

    protected LogEvent() { }

    public Exception Cause { get; protected set; } = null!;

    public DateTime Timestamp { get; } = DateTime.UtcNow;

    public Thread Thread { get; } = Thread.CurrentThread;

    /// <summary>The trace in which it was logged; the loggers' own threads know nothing of it.</summary>
    public ActivityContext? ActivityContext { get; } = Activity.Current?.Context;

    public string LogSource { get; protected set; } = null!;

    public Type LogClass { get; protected set; } = null!;

    public object Message { get; protected set; } = null!;

    public abstract LogLevel LogLevel();

    public override string ToString()
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"[{LogLevel().StringFor()}][{Timestamp:MM/dd/yyyy HH:mm:ss.fffK}][Thread {Thread.ManagedThreadId:0000}][{LogSource}] {Message}");
        return Cause is null ? text : $"{text}{Environment.NewLine}Cause: {Cause}";
    }
}
