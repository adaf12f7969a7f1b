using ActorTcp.Buffers;
using ActorTcp.Sockets;

namespace ActorTcp.Polling;

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
