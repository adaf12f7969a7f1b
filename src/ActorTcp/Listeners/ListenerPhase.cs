namespace ActorTcp.Listeners;

/// <summary>
/// Where a <see cref="ListenerActor"/> is in its life.
/// <code>
/// Listening ──Unbind──▶ Unbound ──last connection gone──▶ Ended
///     └────────┬───────────┘
///            Drain──▶ Draining ──deadline──▶ Closing ──flush time-out──▶ Aborting ──▶ Ended
/// </code>
/// A drain ends as soon as the last connection is gone.
/// </summary>
internal enum ListenerPhase
{
    /// <summary>The server socket is open; <see cref="AcceptPauseReasons"/> says whether it accepts.</summary>
    Listening,
    /// <summary>The server socket is closed; the connections stay, those from its backlog included.</summary>
    Unbound,
    /// <summary>The server socket is closed; connections may finish until the deadline.</summary>
    Draining,
    /// <summary>The deadline is over; the remaining connections have received Close.</summary>
    Closing,
    /// <summary>The remaining connections have received Abort.</summary>
    Aborting,
    /// <summary>No connection is left. It answers what is in its mailbox, and stops.</summary>
    Ended,
}
