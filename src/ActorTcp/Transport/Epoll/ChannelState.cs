namespace ActorTcp.Transport.Epoll;

/// <summary>
/// What an <see cref="EpollChannel"/> knows of its descriptor and what its owner wants, as one value: edge-triggered
/// readiness is told once and must be remembered.
/// </summary>
[Flags]
internal enum ChannelState
{
    None = 0,
    /// <summary>It is registered with the loop.</summary>
    Open = 1,
    /// <summary>The owner wants received bytes.</summary>
    Reading = 2,
    /// <summary>There may be bytes in the kernel.</summary>
    Readable = 4,
    /// <summary>The peer has ended its side, so that no further edge will tell of it: receive until the end is seen.</summary>
    EndAhead = 8,
    /// <summary>The end of the stream, or a failure, has been told; nothing is received any more.</summary>
    ReadEnded = 16,
    /// <summary>The kernel took less than was offered; sending waits for writability.</summary>
    Blocked = 32,
    /// <summary>Writability is part of the registration: asked for at the first would-block, kept from then on.</summary>
    WritabilityAsked = 64,
    /// <summary>It is called at the end of this turn.</summary>
    RunAtEndOfTurn = 128,
    /// <summary>A failure has been told; nothing is sent any more.</summary>
    Failed = 256,
    /// <summary>It is closed for its owner; the descriptor may wait for the end of the peer's stream.</summary>
    Closed = 512,
    /// <summary>The descriptor is registered with the poller.</summary>
    Registered = 1024,
    /// <summary>It is closed for its owner and drops what it receives until the end of the peer's stream.</summary>
    Dropping = 2048,
    /// <summary>The owner was notified of received bytes and has not processed them; nothing more is received until it has.</summary>
    Delivering = 4096,
}
