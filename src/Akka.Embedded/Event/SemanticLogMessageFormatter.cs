using System.Globalization;

namespace Akka.Event;

/// <summary>Fills templates with named holes in order ("{Name} is {Age}"), and those with numbers as the default formatter does.</summary>
public sealed class SemanticLogMessageFormatter : ILogMessageFormatter
{
    public static readonly SemanticLogMessageFormatter Instance = new();

    public string Format(string format, params object[] args)
    {
        var names = MessageTemplate.Names(format);
        if (names.Length == 0 || args is null or [])
            return MessageTemplate.Unescape(format ?? "");

        // The first hole decides: a number there means that all are numbers of arguments.
        return int.TryParse(names[0], CultureInfo.CurrentCulture, out _)
            ? DefaultLogMessageFormatter.Instance.Format(format, args)
            : MessageTemplate.Fill(format, args);
    }

    public string Format(string format, IEnumerable<object> args) => Format(format, args.ToArray());
}
