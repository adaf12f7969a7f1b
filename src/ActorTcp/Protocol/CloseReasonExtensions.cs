namespace ActorTcp.Protocol;

/// <summary>The reasons in words.</summary>
internal static class CloseReasonExtensions
{
    public static string Text(this CloseReason reason) => reason switch
    {
        CloseReason.PeerClosed => "closed by the peer",
        CloseReason.Closed => "closed",
        CloseReason.Aborted => "aborted",
        CloseReason.NotRegistered => "no handler was registered in time",
        CloseReason.HandlerStopped => "the handler stopped",
        CloseReason.HandlerFailed => "the handler failed and was not restarted",
        CloseReason.ConnectionStopped => "the connection's actor was stopped",
        CloseReason.Detached => "detached",
        CloseReason.FirstByteTimeout => "the peer did not send its first byte in time",
        CloseReason.ReadIdleTimeout => "the peer sent nothing for too long",
        CloseReason.WriteStallTimeout => "the peer read nothing for too long",
        CloseReason.BadFrame => "the peer broke a rule of the framing",
        CloseReason.FrameTimeout => "the peer did not finish a frame in time",
        CloseReason.IdleTimeout => "no byte passed for too long",
        CloseReason.HalfClosedTimeout => "one side had ended its stream, and no byte passed for too long",
        CloseReason.FlushTimeout => "the last bytes were not sent in time",
        CloseReason.HandshakeTimeout => "the handshake was not complete in time",
        CloseReason.TlsFailed => "TLS failed",
        CloseReason.Truncated => "the peer ended the TCP stream without ending the TLS stream",
        CloseReason.ProxyFailed => "the PROXY header is missing or invalid",
        _ => "failed",
    };
}
