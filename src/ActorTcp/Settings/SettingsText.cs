using System.Reflection;
using System.Runtime.Serialization;
using System.Text.RegularExpressions;

namespace ActorTcp.Settings;

/// <summary>
/// Parses the text of a setting, from HOCON or from .NET's configuration. A <c>long</c> is a size in bytes. A <c>TimeSpan</c> is a time with a
/// unit (milliseconds by default) or hh:mm:ss. An enum is one of its names.
/// </summary>
internal static partial class SettingsText
{
    /// <summary>Parses a value.</summary>
    /// <param name="text">The text.</param>
    /// <param name="type">The type of the setting.</param>
    /// <param name="value">The value; null if the text is not valid.</param>
    /// <param name="rule">The rule for the text, which an error message has after "it must be".</param>
    /// <returns>Whether the text is valid.</returns>
    public static bool TryParse(string text, Type type, out object? value, out string rule)
    {
        text = text.Trim();
        (value, rule) = type switch
        {
            _ when type == typeof(string) => (text, ""),
            _ when type == typeof(int) => (int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null, "a whole number"),
            _ when type == typeof(double) => (double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null, "a number"),
            _ when type == typeof(long) => (ParseSize(text), "a size in bytes such as 65536, 64KiB or 1MiB"),
            _ when type == typeof(TimeSpan) => (ParseTime(text), "a time such as 500ms, 5s, 2m or 00:00:05"),
            _ when type == typeof(NetworkList) => (
                NetworkList.TryParse(text, out var networks) ? networks : null,
                "a list of networks such as 10.0.0.0/8, 2001:db8::/32, without bits after the prefix"),
            _ when type == typeof(bool) => (ParseSwitch(text), "on or off"),
            _ when type == typeof(UnixFileMode) => (ParseMode(text), "permissions in octal such as 0660"),
            _ when type.IsEnum => (ParseEnum(text, type), $"one of {string.Join(", ", Names(type).Select(name => name.Text))}"),
            _ => throw new ArgumentException(
                $"The type of the setting is {type}; it must be string, int, double, long, TimeSpan, bool, UnixFileMode, NetworkList or an enum",
                nameof(type)),
        };
        return value is not null;
    }

    /// <summary>The names of an enum's members in the settings.</summary>
    public static IEnumerable<(string Text, object Value)> Names(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (field.GetCustomAttribute<EnumMemberAttribute>()?.Value ?? SettingsKeys.Kebab(field.Name), field.GetValue(null)!));

    private static object? ParseEnum(string text, Type type) =>
        Names(type).FirstOrDefault(name => name.Text.Equals(text, StringComparison.OrdinalIgnoreCase)).Value
        ?? (text.All(char.IsAsciiLetter) && Enum.TryParse(type, text, ignoreCase: true, out var member) ? member : null);

    private static UnixFileMode? ParseMode(string text) => text.Length is > 0 and <= 6 && text.All(digit => digit is >= '0' and <= '7')
        ? (UnixFileMode)Convert.ToInt32(text, 8)
        : null;

    private static bool? ParseSwitch(string text) => text.ToUpperInvariant() switch
    {
        "ON" or "TRUE" or "YES" => true,
        "OFF" or "FALSE" or "NO" => false,
        _ => null,
    };

    private static long? ParseSize(string text)
    {
        var unit = Measure().Match(text);
        double? factor = unit.Groups["unit"].Value switch
        {
            "" or "B" or "b" or "byte" or "bytes" => 1,
            "kB" or "kilobyte" or "kilobytes" => 1e3,
            "MB" or "megabyte" or "megabytes" => 1e6,
            "GB" or "gigabyte" or "gigabytes" => 1e9,
            "K" or "k" or "Ki" or "KiB" or "KB" or "kibibyte" or "kibibytes" => 1L << 10,
            "M" or "m" or "Mi" or "MiB" or "mebibyte" or "mebibytes" => 1L << 20,
            "G" or "g" or "Gi" or "GiB" or "gibibyte" or "gibibytes" => 1L << 30,
            _ => null,
        };
        return Scaled(unit, factor) is { } bytes and > long.MinValue and < long.MaxValue ? (long)bytes : null;
    }

    private static TimeSpan? ParseTime(string text)
    {
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : null;
        }

        var unit = Measure().Match(text);
        double? factor = unit.Groups["unit"].Value switch
        {
            "ns" or "nano" or "nanos" or "nanosecond" or "nanoseconds" => 1e-6,
            "us" or "micro" or "micros" or "microsecond" or "microseconds" => 1e-3,
            "" or "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => 1,
            "s" or "second" or "seconds" => 1e3,
            "m" or "minute" or "minutes" => 60e3,
            "h" or "hour" or "hours" => 3600e3,
            "d" or "day" or "days" => 86400e3,
            _ => null,
        };
        return Scaled(unit, factor) is { } milliseconds && Math.Abs(milliseconds) < TimeSpan.MaxValue.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;
    }

    private static double? Scaled(Match measure, double? factor) =>
        measure.Success ? double.Parse(measure.Groups["number"].Value, CultureInfo.InvariantCulture) * factor : null;

    [GeneratedRegex(@"^(?<number>-?\d+(\.\d+)?)\s*(?<unit>[A-Za-z]*)$")]
    private static partial Regex Measure();
}
