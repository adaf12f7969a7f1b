namespace ActorTcp.Actors;

/// <summary>
/// Where a <see cref="ListenerActor"/> is in its life.
/// <code>
/// Listening ⇄ Resting (out of descriptors or memory)
///     └──────────┴──Unbind──▶ Unbound ──last connection gone──▶ stopped
///     └──────────┴──Drain───▶ Draining ──deadline──▶ Closing ──a second──▶ Aborting ──▶ stopped
/// </code>
/// Drain works from Unbound too; a drain stops as soon as the last connection is gone.
/// </summary>
internal enum ListenerPhase
{
    /// <summary>It accepts.</summary>
    Listening,

    /// <summary>It accepts again after a while.</summary>
    Resting,

    /// <summary>The server socket is closed; connections live on.</summary>
    Unbound,

    /// <summary>The server socket is closed; connections may finish until the deadline.</summary>
    Draining,

    /// <summary>The deadline is over; the connections left have been told to close.</summary>
    Closing,

    /// <summary>The connections left have been told to abort.</summary>
    Aborting,
}
