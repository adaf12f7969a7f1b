namespace ActorTcp.Benchmarks.Load;

/// <summary>
/// <code>
/// Idle -> Sending -> Draining -> Idle -> ... -> Closing
/// </code>
/// </summary>
internal enum LoadPhase
{
    /// <summary>Every reply has come; nothing is under way.</summary>
    Idle,

    /// <summary>Each reply is answered with the next message, and its latency recorded.</summary>
    Sending,

    /// <summary>Replies are awaited and verified, no new message is sent.</summary>
    Draining,

    /// <summary>The client has ended its streams and waits for the server to end its.</summary>
    Closing,
}
