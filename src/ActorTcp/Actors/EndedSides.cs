namespace ActorTcp.Actors;

/// <summary>Which directions of a connection have ended.</summary>
[Flags]
internal enum EndedSides
{
    None = 0,

    /// <summary>The end of what the peer sends has been received.</summary>
    Receiving = 1,

    /// <summary>The sending side has been shut down, or will be behind what waits.</summary>
    Sending = 2,
}
