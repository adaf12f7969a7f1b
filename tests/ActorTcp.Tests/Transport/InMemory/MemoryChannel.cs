namespace ActorTcp.Tests.Transport.InMemory;

/// <summary>An <see cref="IChannel"/> on one end of an in-memory connection. Each change of a pipe makes it check the pipe in a turn of its loop.</summary>
internal sealed class MemoryChannel(PipeEnd end, PollLoop loop) : IChannel
{
    private readonly OutboundQueue _queue = new();
    private readonly byte[] _buffer = new byte[16 * 1024];
    private IChannelOwner? _owner;
    private State _state;
    private long _lowMark = -1;
    private int _isPosted;

    [Flags]
    private enum State
    {
        None = 0,
        Reading = 1,
        Delivering = 2,
        ReadEnded = 4,
        Failed = 8,
        Closed = 16,
    }

    public SockAddr? LocalAddress => end.LocalAddress;

    public SockAddr? RemoteAddress => end.RemoteAddress;

    public long QueuedBytes => _queue.Bytes;

    public int QueuedSegments => _queue.Count;

    public long SentBytes { get; private set; }

    public long LastSentAt { get; private set; }

    public int Open(IChannelOwner owner)
    {
        Assert.True(loop.IsCurrent);
        _owner = owner;
        end.Incoming.Changed += LookAgain;
        end.Outgoing.Changed += LookAgain;
        return 0;
    }

    public void ChangeOwner(IChannelOwner owner) => _owner = owner;

    public void ResumeReading()
    {
        _state |= State.Reading;
        LookAgain();
    }

    public void PauseReading() => _state &= ~State.Reading;

    public void ContinueReading()
    {
        _state &= ~State.Delivering;
        LookAgain();
    }

    public void Send(in OutboundSegment segment)
    {
        if ((_state & (State.Failed | State.Closed)) != 0)
        {
            segment.Slab?.Release();
            return;
        }

        _queue.Enqueue(segment);
        Flush();
    }

    public void Send(ReadOnlySpan<OutboundSegment> segments)
    {
        foreach (ref readonly var segment in segments)
        {
            Send(segment);
        }
    }

    public void Withdraw(object tag, long length)
    {
        _queue.Remove(tag, length);
        Flush();
    }

    public void NotifyQueueLow(long bytes) => _lowMark = bytes;

    public Errno Shutdown(ShutdownHow how)
    {
        if (how != ShutdownHow.Read)
        {
            end.Outgoing.End();
        }

        return 0;
    }

    public Errno SetOption(SocketOption option) => 0;

    public Errno TryGet(SocketValue value, out object? result)
    {
        result = null;
        return Errno.EOPNOTSUPP;
    }

    public (TimeSpan RoundTrip, int Retransmits) Path() => default;

    public SocketHandoff? Detach() => null;

    public void Close(bool reset)
    {
        if ((_state & State.Closed) != 0)
        {
            return;
        }

        _state |= State.Closed;
        while (_queue.TryDrop(out var dropped))
        {
            dropped.Slab?.Release();
        }

        end.Incoming.Changed -= LookAgain;
        end.Outgoing.Changed -= LookAgain;
        end.Close(reset);
    }

    private void LookAgain()
    {
        if (Interlocked.Exchange(ref _isPosted, 1) == 0)
        {
            loop.Post(Look);
        }
    }

    private void Look()
    {
        Volatile.Write(ref _isPosted, 0);
        Flush();
        Receive();
    }

    private void Flush()
    {
        while (!_queue.IsEmpty && (_state & (State.Failed | State.Closed)) == 0)
        {
            var head = _queue.Peek(0);
            long sent = end.Outgoing.Write(head.Span);
            if (sent < 0)
            {
                Fail((Errno)(-sent));
                return;
            }

            SentBytes += sent;
            LastSentAt = sent > 0 ? loop.Now : LastSentAt;
            var isBlocked = sent < head.Length;
            while (_queue.Advance(ref sent, out var finished))
            {
                finished.Slab?.Release();
                if (finished.Tag is { } tag)
                {
                    _owner!.OnSent(tag);
                }
            }

            if (isBlocked)
            {
                break;
            }
        }

        if (_lowMark >= 0 && _queue.Bytes <= _lowMark && (_state & (State.Failed | State.Closed)) == 0)
        {
            _lowMark = -1;
            _owner!.OnQueueLow();
        }
    }

    private void Receive()
    {
        if ((_state & (State.Reading | State.Delivering | State.ReadEnded | State.Closed)) != State.Reading)
        {
            return;
        }

        var received = end.Incoming.Read(_buffer);
        if (received > 0)
        {
            _state |= State.Delivering;
            _owner!.OnReceived(SlabSlice.CopyOf(_buffer.AsSpan(0, received)));
        }
        else if (received == 0)
        {
            _state |= State.ReadEnded;
            _owner!.OnEndOfStream();
        }
        else if (received != -(int)Errno.EAGAIN)
        {
            Fail((Errno)(-received));
        }
    }

    private void Fail(Errno errno)
    {
        if ((_state & (State.Failed | State.Closed)) == 0)
        {
            _state |= State.Failed | State.ReadEnded;
            _owner!.OnFailed(errno);
        }
    }
}
