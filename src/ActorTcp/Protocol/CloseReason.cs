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
    /// <summary>The network failed. For example, the peer has reset the connection, or the kernel reports a time-out.</summary>
    Error,
    /// <summary>No handler was registered in time (<c>actortcp.connection.register-timeout</c>).</summary>
    NotRegistered,
    /// <summary>The handler stopped by itself.</summary>
    HandlerStopped,
    /// <summary>The handler failed, and was not restarted.</summary>
    HandlerFailed,
    /// <summary>The connection's actor failed, or another actor stopped it.</summary>
    ConnectionStopped,
    /// <summary>The socket was detached (<see cref="ConnectionProtocol.Detach"/>), and another actor has it.</summary>
    Detached,
    /// <summary>The peer did not send its first byte in time (<see cref="ConnectionLimits.FirstByte"/>).</summary>
    FirstByteTimeout,
    /// <summary>The peer sent nothing for too long (<see cref="ConnectionLimits.ReadIdle"/>).</summary>
    ReadIdleTimeout,
    /// <summary>The peer did not read, so the kernel accepted none of the queued bytes for too long (<see cref="ConnectionLimits.WriteStall"/>).</summary>
    WriteStallTimeout,
    /// <summary>The peer broke a rule of the framing. For example, a frame exceeds the limit, or a length is malformed.</summary>
    BadFrame,
    /// <summary>The peer did not finish a frame in time (<see cref="ConnectionLimits.FrameCompletion"/>).</summary>
    FrameTimeout,
    /// <summary>No byte passed in either direction for too long (<see cref="ConnectionLimits.Idle"/>).</summary>
    IdleTimeout,
    /// <summary>
    /// One side had ended its stream, and no byte passed for too long. Or the peer did not end its stream in time after
    /// <see cref="ConnectionProtocol.ConfirmedClose"/>. The time is <see cref="ConnectionLimits.HalfClosed"/>.
    /// </summary>
    HalfClosedTimeout,
    /// <summary>The connection was closing, and its queued bytes were not sent in time (<see cref="ConnectionLimits.Flush"/>).</summary>
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
