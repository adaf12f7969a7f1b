namespace Akka.Actor;

/// <summary>All children, and all theirs.</summary>
public class SelectChildRecursive : SelectionPathElement
{
    public static readonly SelectChildRecursive Instance = new();

    public override string ToString() => "**";
}
