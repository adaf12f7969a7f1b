namespace Akka.Event;

/// <summary>Writes to the console, in the colours of the levels.</summary>
public class StandardOutLogger : MinimalLogger
{
    private static readonly Lock _console = new();

    protected override void Log(object message)
    {
        if (message is not LogEvent logEvent)
        {
            Write(message.ToString(), null);
            return;
        }

        try
        {
            Write(logEvent.ToString(), ColorOf(logEvent.LogLevel()));
        }
        catch (FormatException e)
        {
            var what = logEvent.Message is LogMessage template
                ? $"str=[{template.Format}], args=[{template.Unformatted()}]"
                : logEvent.Message.ToString();
            Write(
                $"[ERROR][{logEvent.Timestamp}][Thread {logEvent.Thread.ManagedThreadId:0000}][{nameof(StandardOutLogger)}] "
                + $"Encountered System.FormatException while recording log: [{logEvent.LogLevel().StringFor()}][{logEvent.LogSource}]. "
                + $"{e.Message} {what} Please take a look at the logging call where this occurred and fix your format string.",
                ConsoleColor.Red);
        }
    }

    private static ConsoleColor ColorOf(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => ConsoleColor.Gray,
        LogLevel.InfoLevel => ConsoleColor.White,
        LogLevel.WarningLevel => ConsoleColor.Yellow,
        _ => ConsoleColor.Red,
    };

    private static void Write(string? text, ConsoleColor? color)
    {
        lock (_console)
        {
            if (color is { } wanted && !Console.IsOutputRedirected)
                Console.ForegroundColor = wanted;
            Console.WriteLine(text);
            if (color is not null && !Console.IsOutputRedirected)
                Console.ResetColor();
        }
    }
}
