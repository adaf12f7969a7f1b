using ActorTcp.Memory;
using ActorTcp.Sockets;

namespace ActorTcp.Transport;

/// <summary>
/// One connection as its actor sees it: the actor asks, and its <see cref="IChannelOwner"/> is notified of the results. Shaped by completions
/// and not by readiness, so that epoll, io_uring, TLS over another channel and a simulated network can implement it.
/// </summary>
/// <remarks>
/// <para>Thread: everything on the thread of the channel's loop.</para>
/// <para>Re-entrancy: each member may be called from within the owner's calls. <see cref="Send(in OutboundSegment)"/> and
/// <see cref="ContinueReading"/> never notify the owner of received bytes before they have returned.</para>
/// <para>Leases: a segment that is passed to Send belongs to the channel, which releases its slab exactly once: when the kernel has the
/// bytes, when they are withdrawn, or when the channel is closed or detached. Bytes that are passed to <see cref="IChannelOwner.OnReceived"/>
/// belong to the owner, which releases them.</para>
/// <para>Failure: after <see cref="IChannelOwner.OnFailed"/> nothing more is received, sent or notified. Sends are taken and dropped; the
/// queries answer what is known; <see cref="Close"/> and <see cref="HandOver"/> work as before.</para>
/// </remarks>
internal interface IChannel
{
    /// <summary>The local address; null if the socket has none any more.</summary>
    SockAddr? LocalAddress { get; }

    /// <summary>The peer's address; null if it is unknown.</summary>
    SockAddr? RemoteAddress { get; }

    /// <summary>The number of queued bytes.</summary>
    long QueuedBytes { get; }

    /// <summary>The number of queued segments.</summary>
    int QueuedSegments { get; }

    /// <summary>The number of bytes that the kernel has taken.</summary>
    long SentBytes { get; }

    /// <summary>Opens it on its loop, once, without reading yet. 0, or minus the errno; then only <see cref="Close"/> and <see cref="HandOver"/> are left.</summary>
    int Open(IChannelOwner owner);

    /// <summary>Starts or resumes delivering received bytes.</summary>
    void ResumeReading();

    /// <summary>Pauses it; the owner keeps the bytes that it was notified of.</summary>
    void PauseReading();

    /// <summary>Called after each <see cref="IChannelOwner.OnReceived"/>, when the owner has processed the bytes: nothing more is received before that.</summary>
    void ContinueReading();

    /// <summary>Sends a segment, after the queued ones.</summary>
    void Send(in OutboundSegment segment);

    /// <summary>Sends segments one after the other, in one system call as far as the kernel takes them.</summary>
    void Send(ReadOnlySpan<OutboundSegment> segments);

    /// <summary>Removes segments from the queue of which the kernel has no byte yet, and releases them.</summary>
    /// <param name="tag">The tag of the last of these segments.</param>
    /// <param name="length">The number of bytes in all of them.</param>
    void Withdraw(object tag, long length);

    /// <summary>Asks for one <see cref="IChannelOwner.OnQueueLow"/>, when at most this many bytes are queued.</summary>
    void NotifyQueueLow(long bytes);

    /// <summary>Shuts one side or both down; the queue must be empty before the sending side is. None, or the reason why it failed.</summary>
    Errno Shutdown(ShutdownHow how);

    /// <summary>Sets an option. None, or the reason why it failed.</summary>
    Errno SetOption(SocketOption option);

    /// <summary>Reads a value of the socket. None, or the reason why it failed.</summary>
    Errno TryGet(SocketValue value, out object? result);

    /// <summary>The kernel's smoothed round-trip time and its number of retransmissions; zeros if it has none.</summary>
    (TimeSpan RoundTrip, int Retransmits) Path();

    /// <summary>Leaves the loop with the descriptor open, and drops the queue. The owner is not notified any more. Null if the channel is closed, or has no descriptor.</summary>
    SocketHandoff? HandOver();

    /// <summary>
    /// Closes the descriptor and drops the queue; with <paramref name="reset"/> the peer receives a reset. The owner is not notified any more.
    /// Does nothing after the first time.
    /// </summary>
    void Close(bool reset);
}

/// <summary>
/// Is notified of what happens to an <see cref="IChannel"/>. On the loop's thread, between or within the owner's own calls; must not throw.
/// The order is: any number of received bytes, then at most one end of stream; sent tags in the order of their Sends; a failure last.
/// </summary>
internal interface IChannelOwner
{
    /// <summary>Bytes were received. The owner releases them, and calls <see cref="IChannel.ContinueReading"/> when it has processed them.</summary>
    void OnReceived(in SlabSlice bytes);

    /// <summary>The peer has shut its sending side down; nothing more will be received.</summary>
    void OnEndOfStream();

    /// <summary>The kernel has all bytes of a segment that had a tag.</summary>
    void OnSent(object tag);

    /// <summary>The queue has fallen to the size that <see cref="IChannel.NotifyQueueLow"/> asked for.</summary>
    void OnQueueLow();

    /// <summary>The connection has failed; only <see cref="IChannel.Close"/> is left.</summary>
    void OnFailed(Errno errno);
}
