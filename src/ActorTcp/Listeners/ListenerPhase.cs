namespace ActorTcp.Listeners;

/// <summary>
/// The state of a <see cref="ListenerActor"/>.
/// <code>
/// Listening ──Unbind──▶ Unbound ──the last connection has ended──▶ Ended
///     └────────┬───────────┘
///            Drain──▶ Draining ──the last connection has ended──▶ Ended
/// </code>
/// </summary>
internal enum ListenerPhase
{
    /// <summary>The server socket is open. The listener accepts unless it has <see cref="AcceptPauseReasons"/>.</summary>
    Listening,
    /// <summary>The server socket is closed. The connections stay, those from its backlog included.</summary>
    Unbound,
    /// <summary>The server socket is closed. <see cref="DrainPhase"/> says how far the drain of the connections is.</summary>
    Draining,
    /// <summary>No connection is left. The listener answers the messages in its mailbox, and stops.</summary>
    Ended,
}
