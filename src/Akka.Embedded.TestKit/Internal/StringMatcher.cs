using System.Text.RegularExpressions;
using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>What a text must be like, and how that is said.</summary>
internal sealed record StringMatcher(Predicate<string> IsMatch, string Description)
{
    public static StringMatcher Any { get; } = new(_ => true, "");

    public static StringMatcher Message(string? equals, string? start, string? contains)
    {
        if (equals is not null)
            return new StringMatcher(text => text == equals, $"equal to \"{equals}\"");
        if (start is not null)
            return new StringMatcher(text => text.StartsWith(start, StringComparison.Ordinal), $"starting with \"{start}\"");
        return contains is null
            ? Any
            : new StringMatcher(text => text.Contains(contains, StringComparison.Ordinal), $"containing \"{contains}\"");
    }

    public static StringMatcher Message(Regex pattern) => new(pattern.IsMatch, $"matching \"{pattern}\"");

    /// <summary>A log source by its text or, where it is a path, by the path without its address.</summary>
    public static StringMatcher Source(string? source)
    {
        return source is null ? Any : new StringMatcher(Matches, $"equal to \"{source}\"");

        bool Matches(string text) =>
            string.Equals(text, source, StringComparison.OrdinalIgnoreCase)
            || (ActorPath.TryParse(text, out var path) && string.Equals(path.ToStringWithoutAddress(), source, StringComparison.OrdinalIgnoreCase));
    }
}
