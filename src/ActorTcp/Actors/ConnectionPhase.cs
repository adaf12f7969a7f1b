namespace ActorTcp.Actors;

/// <summary>
/// Where a <see cref="ConnectionActor"/> is in its life.
/// <code>
/// Registering ──Register──▶ Open ──peer's end──▶ EndAhead ──all told──▶ PeerEnded
///      │                     │                      │                       │ handler has answered, or Close
///      │                     └────────Close─────────┴───────────────────────┴──▶ Flushing ──all sent──┬──▶ Ended
///      │                                                      ConfirmedClose, all sent: AwaitingEnd ──┤
///      │          Open, EndAhead ──no frame──▶ BadFrame ──handler has answered, or Close──▶ Flushing    │
///      └────────── time-out, error, Abort: from anywhere ─────────────────────────────────────────────┘
/// Flushing ──all sent, SO_LINGER has a time──▶ Lingering ──all acknowledged, or the time is over──▶ Ended
/// Open ──the handler refused──▶ Registering
/// </code>
/// </summary>
internal enum ConnectionPhase
{
    /// <summary>It has no handler yet and reads nothing.</summary>
    Registering,

    /// <summary>Both directions work.</summary>
    Open,

    /// <summary>The peer has ended its side, and the handler has still to be told bytes that came before.</summary>
    EndAhead,

    /// <summary>The handler has been told that the peer has ended its side; it may still send.</summary>
    PeerEnded,

    /// <summary>The peer sent what is no frame, and the handler has been told; it may still send.</summary>
    BadFrame,

    /// <summary>It takes nothing more and goes on when what waits is sent.</summary>
    Flushing,

    /// <summary>All is sent; it waits until the peer has acknowledged it, as long as SO_LINGER says.</summary>
    Lingering,

    /// <summary>Its own side is ended and it waits for the peer's end.</summary>
    AwaitingEnd,

    /// <summary>The descriptor is closed and Closed is told; a handler of its own may still be at its last messages.</summary>
    Ended,
}
