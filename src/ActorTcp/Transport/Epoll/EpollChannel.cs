using ActorTcp.EventLoop;
using ActorTcp.Interop;
using ActorTcp.Memory;
using ActorTcp.Sockets;

namespace ActorTcp.Transport.Epoll;

/// <summary>
/// A connection on a poll loop. Registered once, edge-triggered. On readiness the loop itself receives into a slab,
/// once a turn, so that connections take turns, not before the owner has processed what it received last, and not again after a short read. What is sent is written through when
/// nothing waits, and gathered at the end of the turn from the second time in a turn on; writability is asked for only
/// after the kernel took less than it was offered.
/// </summary>
internal sealed unsafe partial class EpollChannel(Tcp tcp, SockAddr? remote, PollLoop loop, SockAddr? likelyLocal = null) : IChannel, IPollTarget, IEndOfTurn
{
    private const uint ReadEvents = EpollEvents.In | EpollEvents.RdHup | EpollEvents.EdgeTriggered;
    private const long NoMark = -1;

    private readonly OutboundQueue _queue = new();
    private IChannelOwner? _owner;
    private ChannelState _state;
    private long _token;
    private long _lowMark = NoMark;
    private long _writtenInTurn;

    /// <summary>That of the server socket itself where it is the same, so that many connections have one object.</summary>
    public SockAddr? LocalAddress { get; private set; } = tcp.SockName() is var own && own == likelyLocal ? likelyLocal : own;

    public SockAddr? RemoteAddress { get; } = remote;

    public long QueuedBytes => _queue.Bytes;

    public int QueuedSegments => _queue.Count;

    public long SentBytes { get; private set; }

    public int Open(IChannelOwner owner)
    {
        Debug.Assert(loop.IsCurrent, "a channel belongs to its loop's thread");
        Debug.Assert(_state == ChannelState.None, "a channel is opened once");
        _owner = owner;
        LocalAddress ??= tcp.SockName();
        if (LocalAddress is null)
        {
            return -(int)Tcp.LastErrno;
        }

        _token = loop.Poller.Register(tcp.SockFd, ReadEvents, this);
        if (_token < 0)
        {
            return (int)_token;
        }

        _state = ChannelState.Open | ChannelState.Registered;
        return 0;
    }

    public void ResumeReading()
    {
        _state |= ChannelState.Reading;
        if ((_state & (ChannelState.Readable | ChannelState.EndAhead)) != 0)
        {
            AskForTurnEnd();
        }
    }

    public void PauseReading() => _state &= ~ChannelState.Reading;

    public void ContinueReading()
    {
        _state &= ~ChannelState.Delivering;
        if ((_state & ChannelState.Readable) != 0)
        {
            AskForTurnEnd();
        }

        if ((_state & (ChannelState.Reading | ChannelState.ReadEnded | ChannelState.EndAhead)) == ChannelState.EndAhead && tcp.Error() is var errno and not Errno.None)
        {
            // Reported before the owner paused reading, and no receive will meet it.
            Fail(errno);
        }
    }

    public void NotifyQueueLow(long bytes) => _lowMark = bytes;

    public Errno Shutdown(ShutdownHow how) => tcp.Shutdown(how) ? 0 : Tcp.LastErrno;

    public Errno SetOption(SocketOption option) => option.Apply(tcp) ? 0 : Tcp.LastErrno;

    public Errno TryGet(SocketValue value, out object? result)
    {
        var failure = SocketValues.TryGet(tcp, value, out result);
        if (value == SocketValue.Error && result is Errno errno and not (Errno.None or Errno.EBADF))
        {
            // The kernel reports an error once (SO_ERROR, socket(7)): a caller that reads it must not hide it from the connection.
            Fail(errno);
        }

        return failure;
    }

    public (TimeSpan RoundTrip, int Retransmits) Path() =>
        tcp.TryGetPath(out var microseconds, out var retransmits) ? (TimeSpan.FromMicroseconds(microseconds), retransmits) : default;

    public void OnReady(uint events)
    {
        if ((_state & ChannelState.Closed) != 0)
        {
            if ((_state & (ChannelState.Dropping | ChannelState.RunAtEndOfTurn)) == ChannelState.Dropping)
            {
                DropReceived();
            }

            return;
        }

        if ((events & (EpollEvents.RdHup | EpollEvents.Hup | EpollEvents.Err)) != 0)
        {
            _state |= ChannelState.EndAhead;
        }

        if ((events & (EpollEvents.In | EpollEvents.RdHup | EpollEvents.Hup | EpollEvents.Err)) != 0)
        {
            _state |= ChannelState.Readable;
            Receive();
        }

        if ((events & EpollEvents.Err) != 0 && (_state & (ChannelState.Reading | ChannelState.ReadEnded)) != ChannelState.Reading)
        {
            // Nobody receives any more who could meet the error there.
            Fail(tcp.Error() is var errno and not Errno.None ? errno : Errno.ECONNRESET);
        }

        if ((events & EpollEvents.Out) != 0)
        {
            _state &= ~ChannelState.Blocked;
            Flush();
        }
    }

    public void OnFault()
    {
        if ((_state & ChannelState.Closed) == 0)
        {
            Fail(Errno.EIO);
        }
        else
        {
            CloseDescriptor();
        }
    }

    public void OnLost(Errno errno)
    {
        _state &= ~ChannelState.Registered;
        if ((_state & ChannelState.Closed) == 0)
        {
            Fail(errno);
        }
        else
        {
            CloseDescriptor();
        }
    }

    public override string ToString() => $"{RemoteAddress} → {LocalAddress}";

    public void OnEndOfTurn()
    {
        _state &= ~ChannelState.RunAtEndOfTurn;
        if ((_state & ChannelState.Closed) != 0)
        {
            if ((_state & ChannelState.Dropping) != 0)
            {
                DropReceived();
            }

            return;
        }

        Flush();
        Receive();
    }

    private void Receive()
    {
        const ChannelState wanted = ChannelState.Open | ChannelState.Reading | ChannelState.Readable;
        if ((_state & (wanted | ChannelState.ReadEnded | ChannelState.Delivering)) != wanted)
        {
            return;
        }

        var bytes = loop.Slabs.Room(out var room);
        var received = tcp.ReceivesNoMore ? 0 : tcp.TryRecv(bytes, room);
        if (received > 0)
        {
            if (received < room && (_state & ChannelState.EndAhead) == 0)
            {
                _state &= ~ChannelState.Readable;
            }

            // However long the owner takes to get there, no more than this is in its mailbox.
            _state |= ChannelState.Delivering;
            loop.Meters.ReceivedBytes += received;
            _owner!.OnReceived(loop.Slabs.Take(received));
        }
        else if (received == 0)
        {
            _state |= ChannelState.ReadEnded;
            _owner!.OnEndOfStream();
        }
        else if (received == -(int)Errno.EAGAIN)
        {
            _state &= ~ChannelState.Readable;
        }
        else
        {
            Fail((Errno)(-received));
        }
    }

    private void Fail(Errno errno)
    {
        if ((_state & ChannelState.Failed) == 0)
        {
            _state |= ChannelState.Failed | ChannelState.ReadEnded;
            _owner!.OnFailed(errno);
        }
    }
}
