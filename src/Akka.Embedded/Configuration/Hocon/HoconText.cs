using System.Buffers;

namespace Akka.Configuration.Hocon;

/// <summary>Which characters need quotes, and how they are written inside of them.</summary>
internal static class HoconText
{
    /// <summary>Characters that cannot stand in text without quotes.</summary>
    public const string Reserved = "$\"{}[]:=,#`^?!@*&\\";

    private static readonly SearchValues<char> QuotedInValue = SearchValues.Create(Reserved + "\r\n\t /+");
    private static readonly SearchValues<char> QuotedInKey = SearchValues.Create(Reserved + "\r\n\t /+.");

    public static string QuoteKey(string key) => Quote(key, QuotedInKey);

    public static string QuoteValue(string? value) => value is null ? "null" : Quote(value, QuotedInValue);

    private static string Quote(string text, SearchValues<char> special)
    {
        if (text.Length > 0 && !text.AsSpan().ContainsAny(special))
            return text;
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\r", "\\r", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal)
            .Replace("\t", "\\t", StringComparison.Ordinal);
        return $"\"{escaped}\"";
    }
}
