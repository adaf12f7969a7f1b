using System.Globalization;
using System.Text;

namespace Akka.Event;

/// <summary>A template with holes: "{Name}", "{0}", each perhaps with a width and a format, "{Name,8:000}".</summary>
/// <remarks>A brace that is doubled or has no partner is text.</remarks>
internal sealed class MessageTemplate
{
    private readonly record struct Part(string Text, string? Name = null, int Width = 0, string? Format = null);

    private readonly List<Part> _parts = [];
    private readonly List<string> _names = [];

    internal MessageTemplate(string template)
    {
        var text = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            var c = template[i];
            var doubled = c is '{' or '}' && i + 1 < template.Length && template[i + 1] == c;
            var end = c == '{' && !doubled ? template.IndexOf('}', i) : -1;
            if (end < 0)
            {
                text.Append(c);
                i += doubled ? 1 : 0;
                continue;
            }

            AddText(text);
            AddHole(template[i..(end + 1)]);
            i = end;
        }

        AddText(text);
    }

    /// <summary>The names of the holes in order, with a sign before them where there is one.</summary>
    internal IReadOnlyList<string> Names => _names;

    /// <summary>The first hole decides: a number there means that all are numbers of arguments.</summary>
    internal bool IsNumbered => _names.Count > 0 && int.TryParse(_names[0], CultureInfo.InvariantCulture, out _);

    /// <summary>Fills the holes in order, whatever their names; those that are left over stay as they are.</summary>
    internal string Fill(object?[] args)
    {
        var text = new StringBuilder();
        var next = 0;
        foreach (var part in _parts)
        {
            if (part.Name is null || _names.Count == 0)
                text.Append(part.Text);
            else if (part.Text != "{}")
                text.Append(next < args.Length ? TextOf(args[next++], part) : part.Text);
        }

        return text.ToString();
    }

    /// <summary>The arguments by the names of the holes, in the order of both. Odd but so: of numbered holes too.</summary>
    internal Dictionary<string, object> Properties(object?[] args)
    {
        var properties = new Dictionary<string, object>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length && i < _names.Count; i++)
            properties[_names[i]] = args[i]!;
        return properties;
    }

    private static string TextOf(object? value, Part part)
    {
        var text = value is IFormattable formattable && part.Format is not null ? Formatted(formattable, part.Format) : value?.ToString() ?? "null";
        return part.Width < 0 ? text.PadRight(-part.Width) : text.PadLeft(part.Width);
    }

    private static string Formatted(IFormattable value, string format)
    {
        try
        {
            return value.ToString(format, CultureInfo.CurrentCulture);
        }
        catch (FormatException)
        {
            return value.ToString() ?? "null";
        }
    }

    private void AddText(StringBuilder text)
    {
        if (text.Length > 0)
            _parts.Add(new Part(text.ToString()));
        text.Clear();
    }

    private void AddHole(string hole)
    {
        var inside = hole[1..^1];
        string? format = null;
        var width = 0;
        if (inside.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon)
        {
            format = colon + 1 < inside.Length ? inside[(colon + 1)..] : null;
            inside = inside[..colon];
        }

        if (inside.IndexOf(',', StringComparison.Ordinal) is >= 0 and var comma)
        {
            _ = int.TryParse(inside[(comma + 1)..], CultureInfo.InvariantCulture, out width);
            inside = inside[..comma];
        }

        var name = inside.Trim();
        _parts.Add(new Part(hole, name, width, format));
        if (name.Length > 0)
            _names.Add(name);
    }
}
