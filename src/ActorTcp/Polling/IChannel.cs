using ActorTcp.Buffers;
using ActorTcp.Sockets;

namespace ActorTcp.Polling;

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

    /// <summary>Begins, without reading yet. 0, or minus the errno where it could not.</summary>
    int Open(IChannelOwner owner);

    /// <summary>Asks for received bytes, from now on.</summary>
    void ResumeReading();

    /// <summary>Asks for no more received bytes; those already told of stay told.</summary>
    void PauseReading();

    /// <summary>Sends, at once or in its turn behind what waits. A segment that was taken is either sent or dropped by <see cref="Close"/>.</summary>
    void Send(in OutboundSegment segment);

    /// <summary>Asks to be told once, by <see cref="IChannelOwner.OnQueueLow"/>, when no more than this many bytes wait.</summary>
    void NotifyQueueLow(long bytes);

    /// <summary>
    /// Ends it: what waits is dropped, the descriptor closed; with <paramref name="reset"/> the peer gets a reset.
    /// The owner is told nothing more.
    /// </summary>
    void Close(bool reset);
}
