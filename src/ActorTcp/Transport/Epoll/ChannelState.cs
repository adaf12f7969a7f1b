namespace ActorTcp.Transport.Epoll;

/// <summary>
/// The state of an <see cref="EpollChannel"/>. Edge-triggered epoll reports readiness once, so the channel must remember it.
/// </summary>
[Flags]
internal enum ChannelState
{
    None = 0,
    /// <summary>The owner has opened the channel.</summary>
    Open = 1,
    /// <summary>The owner has not paused reading.</summary>
    Reading = 2,
    /// <summary>The kernel may have received bytes.</summary>
    Readable = 4,
    /// <summary>
    /// epoll has reported the end of the peer's stream or an error. There is no further edge, so the channel receives until it finds the end.
    /// </summary>
    EndReported = 8,
    /// <summary>The owner was notified of the end of stream or of a failure. Nothing is received after that.</summary>
    ReadEnded = 16,
    /// <summary>The kernel has accepted fewer bytes than it was offered. Sending waits for writability.</summary>
    Blocked = 32,
    /// <summary>The registration includes writability. It is added at the first full send buffer, and stays.</summary>
    WritabilityRegistered = 64,
    /// <summary>The loop calls the channel at the end of this turn.</summary>
    RunAtEndOfTurn = 128,
    /// <summary>The owner was notified of a failure. Nothing is sent after that.</summary>
    Failed = 256,
    /// <summary>The owner has closed the channel. The descriptor may still be open (<see cref="Dropping"/>).</summary>
    Closed = 512,
    /// <summary>The descriptor is registered with the poller.</summary>
    Registered = 1024,
    /// <summary>The owner has closed the channel. The channel drops received bytes until the end of the peer's stream.</summary>
    Dropping = 2048,
    /// <summary>The owner was notified of received bytes and has not processed them. Nothing more is received before it has.</summary>
    Delivering = 4096,
    /// <summary>The kernel acknowledges received bytes at once. This is set again after each receive.</summary>
    QuickAck = 8192,
}
