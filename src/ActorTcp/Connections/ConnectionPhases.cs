namespace ActorTcp.Connections;

/// <summary>The transitions between the phases of a connection.</summary>
internal static class ConnectionPhases
{
    /// <summary>Whether a connection may go from one phase to another.</summary>
    public static bool MayFollow(this ConnectionPhase next, ConnectionPhase phase) => next == ConnectionPhase.Ended || phase switch
    {
        ConnectionPhase.Handshaking => next is ConnectionPhase.Registering or ConnectionPhase.Flushing,
        ConnectionPhase.Registering => next is ConnectionPhase.Open or ConnectionPhase.Flushing,
        ConnectionPhase.Open => next is ConnectionPhase.Registering or ConnectionPhase.PeerEndPending or ConnectionPhase.BadFrame or ConnectionPhase.Flushing,
        ConnectionPhase.PeerEndPending => next is ConnectionPhase.PeerEnded or ConnectionPhase.BadFrame or ConnectionPhase.Flushing,
        ConnectionPhase.PeerEnded or ConnectionPhase.BadFrame => next == ConnectionPhase.Flushing,
        ConnectionPhase.Flushing => next is ConnectionPhase.Lingering or ConnectionPhase.AwaitingEnd,
        _ => false,
    };

    /// <summary>Whether the connection is closing, and refuses most commands.</summary>
    public static bool IsClosing(this ConnectionPhase phase) =>
        phase is ConnectionPhase.Flushing or ConnectionPhase.Lingering or ConnectionPhase.AwaitingEnd or ConnectionPhase.Ended;

    /// <summary>Whether the handler may send.</summary>
    public static bool MaySend(this ConnectionPhase phase) =>
        phase is ConnectionPhase.Open or ConnectionPhase.PeerEndPending or ConnectionPhase.PeerEnded or ConnectionPhase.BadFrame;

    /// <summary>Whether received bytes may go to the handler.</summary>
    public static bool MayDeliver(this ConnectionPhase phase) =>
        phase is not (ConnectionPhase.Flushing or ConnectionPhase.BadFrame or ConnectionPhase.Ended);
}
