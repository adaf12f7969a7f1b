namespace ActorTcp;

/// <summary>
/// The phase of a listener. Part of a <see cref="ListenerDescription"/>.
/// <code>
/// Listening ──Unbind──▶ Unbound ──the last connection has ended──▶ Ended
///     └────────┬───────────┘
///            Drain──▶ Draining ──deadline──▶ Closing ──flush time-out──▶ Aborting ──▶ Ended
/// </code>
/// A drain ends as soon as the last connection has ended.
/// </summary>
public enum ListenerPhase
{
    /// <summary>The server socket is open.</summary>
    Listening,
    /// <summary>The server socket is closed. The connections stay open, including those that were in its backlog.</summary>
    Unbound,
    /// <summary>The server socket is closed. The connections have until the deadline to finish.</summary>
    Draining,
    /// <summary>The deadline has passed, and the remaining connections have received Close.</summary>
    Closing,
    /// <summary>The flush time-out has passed, and the remaining connections have received Abort.</summary>
    Aborting,
    /// <summary>No connection is left. The listener answers the messages in its mailbox, and stops.</summary>
    Ended,
}
