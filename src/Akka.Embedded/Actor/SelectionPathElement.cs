using Akka.Util;

namespace Akka.Actor;

/// <summary>A step of a selection's path.</summary>
public abstract class SelectionPathElement
{
    public override bool Equals(object? obj) => obj?.GetType() == GetType() && obj.ToString() == ToString();

    public override int GetHashCode() => ToString()!.GetHashCode(StringComparison.Ordinal);
}

public class SelectChildName(string name) : SelectionPathElement
{
    public string Name { get; } = name;

    public override string ToString() => Name;
}

/// <summary>All children whose names match a pattern of * and ?.</summary>
public class SelectChildPattern(string patternStr) : SelectionPathElement
{
    public string PatternStr { get; } = patternStr;

    public override string ToString() => PatternStr;

    internal bool Matches(string name) => WildcardMatch.Matches(name, PatternStr);
}

/// <summary>All children, and all theirs.</summary>
public class SelectChildRecursive : SelectionPathElement
{
    public static readonly SelectChildRecursive Instance = new();

    public override string ToString() => "**";
}

public class SelectParent : SelectionPathElement
{
    public static readonly SelectParent Instance = new();

    public override string ToString() => "..";
}
