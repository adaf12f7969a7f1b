namespace Akka.Actor;

/// <summary>A step of a selection's path.</summary>
public abstract class SelectionPathElement
{
    public override bool Equals(object? obj) => obj?.GetType() == GetType() && obj.ToString() == ToString();

    public override int GetHashCode() => ToString()!.GetHashCode(StringComparison.Ordinal);
}
