using ActorTcp.Memory;
using ActorTcp.Sockets;

namespace ActorTcp.Transport;

/// <summary>
/// One connection as the actor that owns it sees it: it asks, and its <see cref="IChannelOwner"/> is told what has come
/// of it. Completions, not readiness, so that an epoll loop, io_uring and a simulated network can stand behind it.
/// Everything on the loop's thread.
/// </summary>
internal interface IChannel
{
    SockAddr? LocalAddress { get; }

    SockAddr? RemoteAddress { get; }

    /// <summary>How many bytes wait to be sent.</summary>
    long QueuedBytes { get; }

    /// <summary>The number of segments in the queue.</summary>
    int QueuedSegments { get; }

    /// <summary>How many bytes the kernel has taken.</summary>
    long SentBytes { get; }

    /// <summary>Begins, without reading yet. 0, or minus the errno where it could not.</summary>
    int Open(IChannelOwner owner);

    /// <summary>Asks for received bytes, from now on.</summary>
    void ResumeReading();

    /// <summary>Asks for no more received bytes; the owner keeps those of which it was notified.</summary>
    void PauseReading();

    /// <summary>Called after each <see cref="IChannelOwner.OnReceived"/>, when the owner has processed the bytes: nothing more is received before that.</summary>
    void ContinueReading();

    /// <summary>Sends, at once or in its turn behind what waits. A segment that was taken is either sent or dropped by <see cref="Close"/>.</summary>
    void Send(in OutboundSegment segment);

    /// <summary>As <see cref="Send(in OutboundSegment)"/>, for segments that are sent one after the other, in one call as far as the kernel takes them.</summary>
    void Send(ReadOnlySpan<OutboundSegment> segments);

    /// <summary>Takes bytes that are queued and of which the kernel has none out of the queue, and drops them.</summary>
    /// <param name="tag">The tag of their last segment.</param>
    /// <param name="length">The number of bytes in all their segments.</param>
    void Withdraw(object tag, long length);

    /// <summary>Asks to be told once, by <see cref="IChannelOwner.OnQueueLow"/>, when no more than this many bytes wait.</summary>
    void NotifyQueueLow(long bytes);

    /// <summary>Ends one side or both; what waits to be sent must have gone before the sending side is. 0, or the reason why not.</summary>
    Errno Shutdown(ShutdownHow how);

    /// <summary>Sets an option. 0, or the reason why not.</summary>
    Errno SetOption(SocketOption option);

    /// <summary>Asks the socket for a value. 0, or the reason why there is none.</summary>
    Errno TryGet(SocketValue value, out object? result);

    /// <summary>The kernel's smoothed round-trip time and count of retransmissions; zeros where it has none.</summary>
    (TimeSpan RoundTrip, int Retransmits) Path();

    /// <summary>Leaves the loop with the descriptor open; as after <see cref="Close"/> the owner is told nothing more. Null where it is closed.</summary>
    SocketHandoff? HandOver();

    /// <summary>
    /// Ends it: what waits is dropped, the descriptor closed; with <paramref name="reset"/> the peer gets a reset.
    /// The owner is told nothing more.
    /// </summary>
    void Close(bool reset);
}

/// <summary>Who is told what became of an <see cref="IChannel"/>. On the loop's thread, outside the owner's own processing or inside it; must not throw.</summary>
internal interface IChannelOwner
{
    /// <summary>Bytes were received; the hold on them is the owner's now, which calls <see cref="IChannel.ContinueReading"/> when it has processed them.</summary>
    void OnReceived(in SlabSlice bytes);

    /// <summary>The peer has ended its side; nothing more will be received.</summary>
    void OnEndOfStream();

    /// <summary>The kernel has all bytes of a segment that had a tag.</summary>
    void OnSent(object tag);

    /// <summary>What waits to be sent has fallen to the mark that <see cref="IChannel.NotifyQueueLow"/> asked for.</summary>
    void OnQueueLow();

    /// <summary>The connection has failed; only <see cref="IChannel.Close"/> is left.</summary>
    void OnFailed(Errno errno);
}
