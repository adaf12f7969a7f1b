namespace ActorTcp.Connections;

/// <summary>
/// Where a <see cref="ConnectionActor"/> is in its life. <see cref="ConnectionPhases.MayFollow"/> is the same as a table.
/// <code>
/// Registering ──Register──▶ Open ──end of stream──▶ PeerEndPending ──all delivered──▶ PeerEnded
///   ▲                        │  │                          │  │                           │ the handler has answered, or Close
///   └──the handler refused───┘  └──────────Close───────────┴──┼───────────────────────────┴──▶ Flushing
///                            Open, PeerEndPending ──no frame──┴──▶ BadFrame ──the handler has answered, or Close──▶ Flushing
///
/// Flushing ──all sent─────────────────────────────▶ Ended
///     ├──all sent, SO_LINGER has a time──▶ Lingering ──all acknowledged, or the time is over──▶ Ended
///     └──all sent, ConfirmedClose──▶ AwaitingEnd ──end of stream──▶ Ended
///
/// Any phase ──time-out, error, Abort──▶ Ended
/// </code>
/// </summary>
internal enum ConnectionPhase
{
    /// <summary>No handler is registered. Nothing is read.</summary>
    Registering,
    /// <summary>Both directions work.</summary>
    Open,
    /// <summary>The peer has ended its stream. The handler has not received all bytes yet.</summary>
    PeerEndPending,
    /// <summary>The handler was sent PeerEof. It may still send.</summary>
    PeerEnded,
    /// <summary>The peer's bytes are no frame, and the handler was sent FrameFailed. It may still send.</summary>
    BadFrame,
    /// <summary>The queued bytes are being sent. New Sends are refused.</summary>
    Flushing,
    /// <summary>All bytes are sent. The connection waits until the peer has acknowledged them, at most as long as SO_LINGER says.</summary>
    Lingering,
    /// <summary>The sending side is shut down. The connection waits for the end of the peer's stream.</summary>
    AwaitingEnd,
    /// <summary>The descriptor is closed and Closed was sent. The handler may still process its last messages.</summary>
    Ended,
}

/// <summary>The transitions between the phases of a connection.</summary>
internal static class ConnectionPhases
{
    /// <summary>Whether a connection may go from one phase to another.</summary>
    public static bool MayFollow(this ConnectionPhase next, ConnectionPhase phase) => next == ConnectionPhase.Ended || phase switch
    {
        ConnectionPhase.Registering => next is ConnectionPhase.Open or ConnectionPhase.Flushing,
        ConnectionPhase.Open => next is ConnectionPhase.Registering or ConnectionPhase.PeerEndPending or ConnectionPhase.BadFrame or ConnectionPhase.Flushing,
        ConnectionPhase.PeerEndPending => next is ConnectionPhase.PeerEnded or ConnectionPhase.BadFrame or ConnectionPhase.Flushing,
        ConnectionPhase.PeerEnded or ConnectionPhase.BadFrame => next == ConnectionPhase.Flushing,
        ConnectionPhase.Flushing => next is ConnectionPhase.Lingering or ConnectionPhase.AwaitingEnd,
        _ => false,
    };

    /// <summary>Whether the connection accepts no commands any more.</summary>
    public static bool IsClosing(this ConnectionPhase phase) =>
        phase is ConnectionPhase.Flushing or ConnectionPhase.Lingering or ConnectionPhase.AwaitingEnd or ConnectionPhase.Ended;

    /// <summary>Whether the handler may send.</summary>
    public static bool MaySend(this ConnectionPhase phase) =>
        phase is ConnectionPhase.Open or ConnectionPhase.PeerEndPending or ConnectionPhase.PeerEnded or ConnectionPhase.BadFrame;

    /// <summary>Whether received bytes may go to the handler.</summary>
    public static bool MayDeliver(this ConnectionPhase phase) =>
        phase is not (ConnectionPhase.Flushing or ConnectionPhase.BadFrame or ConnectionPhase.Ended);
}
