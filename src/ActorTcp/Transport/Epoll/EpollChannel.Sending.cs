using ActorTcp.Interop;
using ActorTcp.Memory;
using ActorTcp.Sockets;

namespace ActorTcp.Transport.Epoll;

/// <content>Sending: at once, at the end of the turn, or when the send buffer of the kernel has room again.</content>
internal sealed unsafe partial class EpollChannel
{
    public void Send(in OutboundSegment segment)
    {
        if ((_state & (ChannelState.Failed | ChannelState.Closed)) != 0)
        {
            segment.Slab?.Release();
            return;
        }

        if (_queue.IsEmpty && segment.Memory.IsEmpty)
        {
            // An empty segment only marks a position in the stream, and the kernel has all bytes before it.
            Finish(segment);
            return;
        }

        if (!_queue.IsEmpty || _writtenInTurn == loop.Turn)
        {
            Queue(segment, 0);
            return;
        }

        _writtenInTurn = loop.Turn;
        var memory = segment.Memory;
        int sent;
        fixed (byte* bytes = memory.Span)
        {
            sent = tcp.TrySend(bytes, memory.Length);
        }

        CountSent(Math.Max(sent, 0));
        if (sent == memory.Length)
        {
            Finish(segment);
        }
        else if (sent >= 0 || MayBeSentLater(sent))
        {
            Block();
            Queue(segment, Math.Max(sent, 0));
        }
        else
        {
            segment.Slab?.Release();
            Fail((Errno)(-sent));
        }
    }

    public void Send(ReadOnlySpan<OutboundSegment> segments)
    {
        var isFirst = _queue.IsEmpty && _writtenInTurn != loop.Turn;
        foreach (ref readonly var segment in segments)
        {
            if ((_state & (ChannelState.Failed | ChannelState.Closed)) != 0)
            {
                segment.Slab?.Release();
            }
            else
            {
                Queue(segment, 0);
            }
        }

        if (isFirst)
        {
            // The queue was empty before these segments, so an earlier full send buffer may have room again: try to send.
            _state &= ~ChannelState.Blocked;
            Flush();
        }
    }

    public void Withdraw(object tag, long length)
    {
        _queue.Remove(tag, length);
        loop.Meters.QueuedBytes -= length;
        // Segments without bytes may now be the first in the queue: they are finished too.
        var none = 0L;
        while (_queue.Advance(ref none, out var finished))
        {
            Finish(finished);
        }

        // At the end of the turn, Flush notifies the owner if the queue has become low.
        RequestEndOfTurn();
    }

    private void Queue(in OutboundSegment segment, int alreadySent)
    {
        _queue.Enqueue(segment, alreadySent);
        loop.Meters.QueuedBytes += segment.Memory.Length - alreadySent;
        if ((_state & ChannelState.Blocked) != 0)
        {
            _queue.CopySmallLeases(_queue.Count - 1);
        }
        else
        {
            RequestEndOfTurn();
        }
    }

    private void Flush()
    {
        while (!_queue.IsEmpty && (_state & (ChannelState.Blocked | ChannelState.Failed)) == 0)
        {
            _writtenInTurn = loop.Turn;
            var sent = Gather(out var offered);
            if (sent < 0 && !MayBeSentLater(sent))
            {
                Fail((Errno)(-sent));
                return;
            }

            sent = Math.Max(sent, 0);
            CountSent(sent);
            loop.Meters.QueuedBytes -= sent;
            if (sent < offered)
            {
                Block();
            }

            while (_queue.Advance(ref sent, out var finished))
            {
                Finish(finished);
            }
        }

        if ((_state & ChannelState.Blocked) != 0)
        {
            _queue.CopySmallLeases(0);
        }

        if (_lowMark != NoMark && _queue.Bytes <= _lowMark)
        {
            _lowMark = NoMark;
            _owner!.OnQueueLow();
        }
    }

    /// <summary>
    /// Sends the queue with one system call. The gather buffer belongs to the loop, so it is cleared even after an exception, before the next
    /// connection uses it.
    /// </summary>
    /// <param name="offered">The number of bytes that the kernel could have accepted.</param>
    private long Gather(out long offered)
    {
        var gather = loop.Gather;
        try
        {
            for (var i = 0; i < _queue.Count && gather.TryAdd(_queue.Peek(i)); i++)
            {
            }

            offered = gather.Bytes;
            return tcp.TrySendVectors(gather.Vectors, gather.Count);
        }
        finally
        {
            gather.Clear();
        }
    }

    /// <summary>Whether the kernel will report that it accepts bytes. EINPROGRESS means that a deferred connect (TCP_FASTOPEN_CONNECT) has begun.</summary>
    private static bool MayBeSentLater(long result) => result is -(int)Errno.EAGAIN or -(int)Errno.EINPROGRESS;

    private void CountSent(long sent)
    {
        if (sent > 0)
        {
            LastSentAt = loop.Now;
        }

        SentBytes += sent;
        loop.Meters.SentBytes += sent;
    }

    private void Finish(in OutboundSegment segment)
    {
        segment.Slab?.Release();
        if (segment.Tag is { } tag)
        {
            _owner!.OnSent(tag);
        }
    }

    private void Block()
    {
        _state |= ChannelState.Blocked;
        if ((_state & ChannelState.WritabilityRegistered) != 0)
        {
            return;
        }

        _state |= ChannelState.WritabilityRegistered;
        var result = loop.Poller.Modify(_token, ReadEvents | EpollEvents.Out);
        if (result < 0)
        {
            Fail((Errno)(-result));
        }
    }
}
