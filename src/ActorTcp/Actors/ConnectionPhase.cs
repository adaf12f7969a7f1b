namespace ActorTcp.Actors;

/// <summary>
/// Where a <see cref="ConnectionActor"/> is in its life.
/// <code>
/// Registering ──Register──▶ Open ──peer's end──▶ PeerEnded
///      │                     │                       │ handler has answered, or Close
///      │                     └────────Close──────────┼──▶ Flushing ──all sent──▶ Ended
///      └──────────── time-out, error, Abort ─────────┴──────(from anywhere)─────▶ Ended
/// </code>
/// </summary>
internal enum ConnectionPhase
{
    /// <summary>It has no handler yet and reads nothing.</summary>
    Registering,

    /// <summary>Both directions work.</summary>
    Open,

    /// <summary>The peer has ended its side; the handler may still send.</summary>
    PeerEnded,

    /// <summary>It takes nothing more and closes when what waits is sent.</summary>
    Flushing,

    /// <summary>The descriptor is closed and Closed is told; a handler of its own may still be at its last messages.</summary>
    Ended,
}
