namespace ActorTcp;

/// <summary>
/// The phase of a connection. Part of a <see cref="ConnectionDescription"/>.
/// <code>
/// Handshaking ──TLS handshake, PROXY header──▶ Registering, and without these the connection starts there
///
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
public enum ConnectionPhase
{
    /// <summary>No handler is registered. Nothing is read.</summary>
    Registering,
    /// <summary>Both directions work.</summary>
    Open,
    /// <summary>The peer has ended its stream. The handler has not received all bytes yet.</summary>
    PeerEndPending,
    /// <summary>The handler was sent PeerEof. The handler may still send.</summary>
    PeerEnded,
    /// <summary>The peer broke a rule of the framing, and the handler was sent FrameFailed. The handler may still send.</summary>
    BadFrame,
    /// <summary>The queued bytes are being sent. New Sends are refused.</summary>
    Flushing,
    /// <summary>All bytes are sent. The connection waits until the peer has acknowledged them, for at most the time of SO_LINGER.</summary>
    Lingering,
    /// <summary>The sending side is shut down. The connection waits for the end of the peer's stream.</summary>
    AwaitingEnd,
    /// <summary>The descriptor is closed and Closed was sent. The handler may still process its last messages.</summary>
    Ended,
    /// <summary>The TLS handshake or the PROXY header is not complete. No handler has received Connected.</summary>
    Handshaking,
}
