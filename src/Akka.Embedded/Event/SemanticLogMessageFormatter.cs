using System.Globalization;

namespace Akka.Event;

/// <summary>
/// Fills templates with named holes in order ("{Name} is {Age}"), and templates with numbers as
/// <see cref="string.Format(string, object[])"/> does. A template that does not fit its arguments is a text that says so.
/// </summary>
public sealed class SemanticLogMessageFormatter : ILogMessageFormatter
{
    public static readonly SemanticLogMessageFormatter Instance = new();

    public string Format(string format, params object[] args)
    {
        var template = new MessageTemplate(format);
        try
        {
            return template.IsNumbered && args.Length > 0
                ? string.Format(CultureInfo.CurrentCulture, format, args)
                : template.Fill(args);
        }
        catch (FormatException)
        {
            return $"[INVALID LOG FORMAT] str=[{format}], args=[{string.Join(", ", args)}]. Please fix the format string in the logging call site.";
        }
    }

    public string Format(string format, IEnumerable<object> args) => Format(format, args.ToArray());
}
