namespace ActorTcp.Actors;

/// <summary>
/// Where a <see cref="ListenerActor"/> is in its life.
/// <code>
/// Listening ──Unbind──▶ Unbound ──last connection gone──▶ stopped
///     └────────┬───────────┘
///            Drain──▶ Draining ──deadline──▶ Closing ──a second──▶ Aborting ──▶ stopped
/// </code>
/// A drain ends as soon as the last connection is gone.
/// </summary>
internal enum ListenerPhase
{
    /// <summary>The server socket is open; whether it accepts says <see cref="AcceptRest"/>.</summary>
    Listening,
    /// <summary>The server socket is closed; connections live on.</summary>
    Unbound,
    /// <summary>The server socket is closed; connections may finish until the deadline.</summary>
    Draining,
    /// <summary>The deadline is over; the connections left have been told to close.</summary>
    Closing,
    /// <summary>The connections left have been told to abort.</summary>
    Aborting,
}
