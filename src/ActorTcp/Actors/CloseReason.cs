namespace ActorTcp.Actors;

/// <summary>Why a connection has ended.</summary>
public enum CloseReason
{
    /// <summary>The peer ended its side, and all was sent that there was to send.</summary>
    PeerClosed,

    /// <summary><see cref="ConnectionProtocol.Close"/>, and all was sent that there was to send.</summary>
    Closed,

    /// <summary><see cref="ConnectionProtocol.Abort"/>.</summary>
    Aborted,

    /// <summary>The network failed: reset by the peer, timed out ...</summary>
    Error,

    /// <summary>No handler was registered in time (<c>actortcp.connection.register-timeout</c>).</summary>
    NotRegistered,

    /// <summary>The handler stopped, by itself or because its supervision strategy gave it up.</summary>
    HandlerStopped,

    /// <summary>The connection's own actor was stopped from outside or failed.</summary>
    ConnectionStopped,
}
