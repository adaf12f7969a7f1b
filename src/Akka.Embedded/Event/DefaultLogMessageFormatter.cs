using System.Globalization;

namespace Akka.Event;

/// <summary>Fills templates as <see cref="string.Format(string, object[])"/> does. One that does not fit its arguments becomes a text that says so.</summary>
public class DefaultLogMessageFormatter : ILogMessageFormatter
{
    public static readonly DefaultLogMessageFormatter Instance = new();

    public string Format(string format, params object[] args)
    {
        try
        {
            return string.Format(CultureInfo.CurrentCulture, format, args);
        }
        catch (FormatException)
        {
            return $"[INVALID LOG FORMAT] str=[{format}], args=[{string.Join(", ", args)}]. Please fix the format string in the logging call site.";
        }
    }

    public string Format(string format, IEnumerable<object> args) => Format(format, args.ToArray());
}
