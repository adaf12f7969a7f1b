namespace ActorTcp.Polling;

/// <summary>
/// What a <see cref="PollDispatcher"/> is doing.
/// <code>
/// Idle ⇄ Turning → Ending → Disposed
///   └──────────────────────────↑
/// </code>
/// </summary>
internal enum DispatcherState
{
    /// <summary>Nobody turns it, or a loop does.</summary>
    Idle,

    /// <summary>A thread is inside of Poll or Select.</summary>
    Turning,

    /// <summary>Disposed by a callback of the turn that is under way, which ends first.</summary>
    Ending,

    /// <summary>Its descriptors are closed.</summary>
    Disposed,
}
