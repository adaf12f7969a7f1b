using Akka.Actor.Internal;

namespace ActorTcp.Polling;

/// <summary>Whether the calling thread runs an actor.</summary>
internal static class PollExecutorActors
{
    /// <summary>True while an actor processes a message, or continues after an await, on the calling thread.</summary>
    public static bool IsInActor => InternalCurrentActorCellKeeper.Current is not null;
}
