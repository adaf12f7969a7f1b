namespace ActorTcp.EventLoop;

/// <summary>
/// What a <see cref="PollLoop"/> is doing.
/// <code>
/// Created → Awake ⇄ Sleeping
///             ↓        ↓
///             Stopping → Stopped
/// </code>
/// </summary>
internal enum LoopState
{
    /// <summary>Its thread has not been started.</summary>
    Created,
    /// <summary>It turns, and looks at its queues before it sleeps.</summary>
    Awake,
    /// <summary>It waits in the kernel; who queues something must wake it.</summary>
    Sleeping,
    /// <summary>It has been told to stop and ends after this turn.</summary>
    Stopping,
    /// <summary>Its thread has ended and its descriptors are closed.</summary>
    Stopped,
}
