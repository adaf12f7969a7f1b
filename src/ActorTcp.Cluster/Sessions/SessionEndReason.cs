namespace ActorTcp.Cluster;

/// <summary>Why a session has ended.</summary>
public enum SessionEndReason
{
    /// <summary>No connection was attached for <see cref="SessionOptions.Timeout"/>.</summary>
    Expired,

    /// <summary>The client has sent <c>#end</c>.</summary>
    ClientEnded,

    /// <summary>The session has called <see cref="Session.End"/>.</summary>
    SessionEnded,

    /// <summary>The client did not acknowledge frames, and the next one does not fit in the buffer (<see cref="SessionOptions.MaxBufferedBytes"/>).</summary>
    BufferFull,

    /// <summary>The framing of the connection cannot encode a frame of the session, for example because a line contains a line feed.</summary>
    FrameRefused,

    /// <summary>Another instance of the session exists, for example after a network partition. Only that one continues.</summary>
    Superseded,
}
