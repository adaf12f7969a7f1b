namespace ActorTcp.Sockets;

/// <summary>
/// The state of a TCP endpoint (RFC 9293). The numbers are those of the documented socket API (docs/api.md), and differ from those of Linux. A negative value
/// is minus an <see cref="Errno"/>.
/// </summary>
public enum TcpState
{
    /// <summary>No connection: never connected, reset, or closed on both sides.</summary>
    Closed = 0,
    /// <summary>A server socket that accepts connections.</summary>
    Listen = 1,
    /// <summary>A connect has started and not ended.</summary>
    SynSent = 2,
    /// <summary>A connection request was received and answered. The acknowledgement has not arrived yet.</summary>
    SynRcvd = 3,
    /// <summary>Open in both directions.</summary>
    Established = 4,
    /// <summary>Shut down for sending. The peer has neither acknowledged it nor ended its own stream.</summary>
    FinWait1 = 5,
    /// <summary>Shut down for sending and acknowledged; the peer may still send.</summary>
    FinWait2 = 6,
    /// <summary>The peer has ended its stream; this side may still send.</summary>
    CloseWait = 7,
    /// <summary>Both sides ended their streams at the same time. The acknowledgement has not arrived yet.</summary>
    Closing = 8,
    /// <summary>This side ended its stream after the peer. The acknowledgement has not arrived yet.</summary>
    LastAck = 9,
    /// <summary>Both streams have ended. The kernel waits until no old segment can arrive.</summary>
    TimeWait = 10,
}
