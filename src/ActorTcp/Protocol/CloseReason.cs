namespace ActorTcp;

/// <summary>Why a connection has ended.</summary>
public enum CloseReason
{
    /// <summary>The peer ended its stream, and all queued bytes were sent.</summary>
    PeerClosed,
    /// <summary><see cref="ConnectionProtocol.Close"/> or <see cref="ConnectionProtocol.ConfirmedClose"/>, and all queued bytes were sent.</summary>
    Closed,
    /// <summary><see cref="ConnectionProtocol.Abort"/>.</summary>
    Aborted,
    /// <summary>The network failed: reset by the peer, timed out ...</summary>
    Error,
    /// <summary>No handler was registered in time (<c>actortcp.connection.register-timeout</c>).</summary>
    NotRegistered,
    /// <summary>The handler stopped by itself.</summary>
    HandlerStopped,
    /// <summary>The handler failed, and was not restarted.</summary>
    HandlerFailed,
    /// <summary>The connection's own actor was stopped from outside or failed.</summary>
    ConnectionStopped,
    /// <summary>The socket was detached (<see cref="ConnectionProtocol.Detach"/>), and another actor has it.</summary>
    Detached,
    /// <summary>The peer did not send its first byte in time.</summary>
    FirstByteTimeout,
    /// <summary>The peer sent nothing for too long.</summary>
    ReadIdleTimeout,
    /// <summary>The peer took none of the queued bytes for too long.</summary>
    WriteStallTimeout,
    /// <summary>The peer broke a rule of the framing: a frame above the limit, a malformed length.</summary>
    BadFrame,
    /// <summary>The peer did not finish a frame in time.</summary>
    FrameTimeout,
    /// <summary>No byte passed in either direction for too long.</summary>
    IdleTimeout,
    /// <summary>One side had ended, and no byte passed for too long; or the peer did not end in time after <see cref="ConnectionProtocol.ConfirmedClose"/>.</summary>
    HalfClosedTimeout,
    /// <summary>The connection was closing, and the peer did not take the last bytes in time.</summary>
    FlushTimeout,
    /// <summary>The TLS handshake or the PROXY header was not complete in time (<see cref="TlsOptions.HandshakeTimeout"/>).</summary>
    HandshakeTimeout,
    /// <summary>The TLS handshake failed, or the peer broke a rule of TLS later.</summary>
    TlsFailed,
    /// <summary>The peer ended the TCP stream without ending the TLS stream (close_notify): its last bytes may be missing. Not a <see cref="ConnectionProtocol.PeerEof"/>.</summary>
    Truncated,
    /// <summary>The header of the PROXY protocol is missing or invalid, or its sender is not trusted.</summary>
    ProxyFailed,
}
