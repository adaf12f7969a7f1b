namespace ActorTcp.Actors;

/// <summary>Why a listener accepts nothing at the moment, though it listens; none: it accepts.</summary>
[Flags]
internal enum AcceptRest
{
    None = 0,
    /// <summary>It was asked to.</summary>
    Paused = 1,
    /// <summary>Accepting failed for want of descriptors or memory, and is tried again in a while.</summary>
    Exhausted = 2,
}
