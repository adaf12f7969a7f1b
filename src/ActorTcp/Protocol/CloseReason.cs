namespace ActorTcp;

/// <summary>Why a connection has ended.</summary>
public enum CloseReason
{
    /// <summary>The peer ended its side, and all was sent that there was to send.</summary>
    PeerClosed,
    /// <summary><see cref="ConnectionProtocol.Close"/> or <see cref="ConnectionProtocol.ConfirmedClose"/>, and all was sent that there was to send.</summary>
    Closed,
    /// <summary><see cref="ConnectionProtocol.Abort"/>.</summary>
    Aborted,
    /// <summary>The network failed: reset by the peer, timed out ...</summary>
    Error,
    /// <summary>No handler was registered in time (<c>actortcp.connection.register-timeout</c>).</summary>
    NotRegistered,
    /// <summary>The handler stopped by itself.</summary>
    HandlerStopped,
    /// <summary>The handler failed, and its supervision strategy gave it up.</summary>
    HandlerFailed,
    /// <summary>The connection's own actor was stopped from outside or failed.</summary>
    ConnectionStopped,
    /// <summary>It was given away (<see cref="ConnectionProtocol.Detach"/>) and lives on elsewhere.</summary>
    Detached,
    /// <summary>The peer did not send its first byte in time.</summary>
    FirstByteTimeout,
    /// <summary>The peer was silent for too long.</summary>
    ReadIdleTimeout,
    /// <summary>The peer took nothing of what waited to be sent for too long.</summary>
    WriteStallTimeout,
    /// <summary>The peer sent what breaks a rule of the framing: a frame above the limit, a malformed length.</summary>
    BadFrame,
    /// <summary>The peer did not finish a frame in time.</summary>
    FrameTimeout,
    /// <summary>No byte passed in either direction for too long.</summary>
    IdleTimeout,
    /// <summary>One side had ended, and no byte passed for too long; or the peer did not end in time after <see cref="ConnectionProtocol.ConfirmedClose"/>.</summary>
    HalfClosedTimeout,
    /// <summary>The connection was closing, and the peer did not take the last bytes in time.</summary>
    FlushTimeout,
}
