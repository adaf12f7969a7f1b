using System.Globalization;
using System.Text.RegularExpressions;

namespace Akka.Event;

/// <summary>A template with holes: "{Name}", "{0}", each perhaps with a width and a format, "{Name,8:000}".</summary>
/// <remarks>A brace that is doubled or has no partner is text. A hole ends at the next brace that closes, whatever is between.</remarks>
internal static partial class MessageTemplate
{
    /// <summary>The names of the holes in order, with a sign before them where there is one.</summary>
    internal static string[] Names(string? template) =>
        [.. Tokens().Matches(template ?? "").Where(token => token.Groups[1].Success)
            .Select(hole => UpTo(',', UpTo(':', hole.Groups[1].Value.Trim()))).Where(name => name.Length > 0)];

    /// <summary>Fills the holes in order, whatever their names; those that are left over keep their name only.</summary>
    internal static string Fill(string template, object?[] args)
    {
        var next = 0;
        return Tokens().Replace(template, token => token.Value switch
        {
            "{{" => "{",
            "}}" => "}",
            "{}" => "",
            var text => token.Groups[1].Success ? Filled(text[1..^1].Trim(), args, next++) : text,
        });
    }

    /// <summary>The text of a template without holes or arguments.</summary>
    internal static string Unescape(string template) =>
        template.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal);

    // Odd but so: a name is never empty; what begins with the sign is taken whole.
    private static string UpTo(char sign, string text) =>
        text.IndexOf(sign, StringComparison.Ordinal) is > 0 and var end ? text[..end].Trim() : text;

    // Odd but so: a comma in the format is taken for that of the width, and throws.
    private static string Filled(string hole, object?[] args, int index)
    {
        var comma = hole.IndexOf(',', StringComparison.Ordinal);
        var colon = hole.IndexOf(':', StringComparison.Ordinal);
        var end = colon < 0 ? hole.Length : colon;
        var width = comma >= 0 && int.TryParse(hole[(comma + 1)..end], CultureInfo.CurrentCulture, out var given) ? given : 0;
        if (index >= args.Length)
            return $"{{{hole[..(comma < 0 ? end : comma)].Trim()}}}";
        var text = TextOf(args[index], hole[Math.Min(end + 1, hole.Length)..].Trim());
        return width > 0 ? text.PadLeft(width) : text.PadRight(-width);
    }

    private static string TextOf(object? value, string format)
    {
        if (value?.ToString() is not { } text)
            return "null";
        try
        {
            return format.Length > 0 ? string.Format(CultureInfo.CurrentCulture, $"{{0:{format}}}", value) : text;
        }
        catch (Exception)
        {
            return text;
        }
    }

    // What is doubled, a hole and what is in it, or a brace that is not closed with all that follows.
    [GeneratedRegex(@"\{\{|\}\}|\{([^}]*)\}|\{[^}]*\z")]
    private static partial Regex Tokens();
}
