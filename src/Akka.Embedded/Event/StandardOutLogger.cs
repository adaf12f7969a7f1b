namespace Akka.Event;

/// <summary>Writes to the console, in the colours of the levels.</summary>
public class StandardOutLogger : MinimalLogger
{
    private static readonly Lock _console = new();

    public static ConsoleColor DebugColor { get; set; } = ConsoleColor.Gray;

    public static ConsoleColor InfoColor { get; set; } = ConsoleColor.White;

    public static ConsoleColor WarningColor { get; set; } = ConsoleColor.Yellow;

    public static ConsoleColor ErrorColor { get; set; } = ConsoleColor.Red;

    public static bool UseColors { get; set; } = true;

    protected override void Log(object message)
    {
        if (message is not LogEvent logEvent)
        {
            Write(message.ToString()!, null);
            return;
        }

        try
        {
            if (Filter.ShouldTryKeepMessage(logEvent, out var text))
                Write(text, ColorOf(logEvent.LogLevel()));
        }
        catch (FormatException e)
        {
            var message2 = logEvent.Message is LogMessage template
                ? $" str=[{template.Format}], args=[{template.Unformatted()}]"
                : logEvent.Message.ToString();
            Write(
                $"[ERROR][{logEvent.Timestamp}][Thread {logEvent.Thread.ManagedThreadId:0000}][{nameof(StandardOutLogger)}] "
                + $"Encountered System.FormatException while recording log: [{logEvent.LogLevel().StringFor()}][{logEvent.LogSource}]. "
                + $"{e.Message}{message2} Please take a look at the logging call where this occurred and fix your format string.",
                ErrorColor);
        }
    }

    private static ConsoleColor ColorOf(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => DebugColor,
        LogLevel.InfoLevel => InfoColor,
        LogLevel.WarningLevel => WarningColor,
        _ => ErrorColor,
    };

    private static void Write(string text, ConsoleColor? color)
    {
        lock (_console)
        {
            if (color is { } wanted && UseColors && !Console.IsOutputRedirected)
            {
                Console.ForegroundColor = wanted;
                Console.WriteLine(text);
                Console.ResetColor();
            }
            else
            {
                Console.WriteLine(text);
            }
        }
    }
}
