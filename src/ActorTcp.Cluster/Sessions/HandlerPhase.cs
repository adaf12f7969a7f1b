namespace ActorTcp.Cluster.Sessions;

/// <summary>
/// What a handler of sessions does.
/// <code>
/// AwaitsSession ──#session──▶ Attaching ──Attached──▶ Attached ──session lost──▶ Attaching
///       ▲                         │                      │
///       └──Unknown, the first time┘      end of session, replaced, error, connection closed ──▶ Closed
/// </code>
/// </summary>
internal enum HandlerPhase
{
    /// <summary>The client has not sent <c>#session</c> yet.</summary>
    AwaitsSession,
    /// <summary>The session has not answered yet.</summary>
    Attaching,
    /// <summary>Frames pass in both directions.</summary>
    Attached,
    /// <summary>The connection is closing.</summary>
    Closed,
}
