namespace ActorTcp.EventLoop;

/// <summary>
/// The life of a <see cref="PollLoop"/>. Whether a running loop sleeps is a state of its <see cref="Waker"/>.
/// <code>
/// Created ──▶ Running ──▶ Stopping ──▶ Stopped
///    └────────────────────────────────────▲
/// </code>
/// </summary>
internal enum LoopState
{
    /// <summary>The thread has not been started.</summary>
    Created,
    /// <summary>The thread runs turns, and sleeps if it has nothing to do.</summary>
    Running,
    /// <summary>Stop was called. The loop ends after the current turn.</summary>
    Stopping,
    /// <summary>The thread has ended and its descriptors are closed.</summary>
    Stopped,
}
