namespace ActorTcp.Sockets;

/// <summary>
/// The state of a TCP endpoint (RFC 9293), in the documentation's numbers; Linux numbers them otherwise.
/// A value below zero is no state but minus an <see cref="Errno"/>.
/// </summary>
public enum TcpState
{
    /// <summary>No connection: never connected, reset, or closed on both sides.</summary>
    Closed = 0,
    /// <summary>A server socket that takes connections.</summary>
    Listen = 1,
    /// <summary>A connect is under way.</summary>
    SynSent = 2,
    /// <summary>A connection request was received and answered, its acknowledgement is awaited.</summary>
    SynRcvd = 3,
    /// <summary>Open in both directions.</summary>
    Established = 4,
    /// <summary>Shut down for sending; neither acknowledged nor answered yet.</summary>
    FinWait1 = 5,
    /// <summary>Shut down for sending and acknowledged; the peer may still send.</summary>
    FinWait2 = 6,
    /// <summary>The peer has ended its sending; this side may still send.</summary>
    CloseWait = 7,
    /// <summary>Both sides ended at the same time; the acknowledgement is awaited.</summary>
    Closing = 8,
    /// <summary>Ended after the peer; the acknowledgement is awaited.</summary>
    LastAck = 9,
    /// <summary>Ended on both sides; waits until no old segment can arrive any more.</summary>
    TimeWait = 10,
}
