namespace Akka.Actor.Internal;

/// <summary>The cell of the actor whose turn it is on this thread.</summary>
public static class InternalCurrentActorCellKeeper
{
    [ThreadStatic]
    internal static ActorCell? Value;

    public static ActorCell Current
    {
        get => Value!;
        set => Value = value;
    }
}
