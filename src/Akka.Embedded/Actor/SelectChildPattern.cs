using Akka.Util;

namespace Akka.Actor;

/// <summary>All children whose names match a pattern of * and ?.</summary>
public class SelectChildPattern(string patternStr) : SelectionPathElement
{
    public string PatternStr { get; } = patternStr;

    public override string ToString() => PatternStr;

    internal bool Matches(string name) => WildcardMatch.Matches(name, PatternStr);
}
