using ActorTcp.EventLoop;
using ActorTcp.Interop;
using ActorTcp.Memory;
using ActorTcp.Sockets;

namespace ActorTcp.Transport.Epoll;

/// <summary>A connection on a poll loop, over epoll. Its descriptor is registered once, edge-triggered.</summary>
/// <remarks>
/// <para>Receiving: the channel receives at most once per turn, so that no connection delays the others. It receives only after the owner has
/// processed the last bytes. A receive that returns less than the free memory has emptied the kernel's buffer, so no second one follows.</para>
/// <para>Sending: the first segment of a turn is sent at once if the queue is empty. Further segments of the turn are queued and sent together at
/// its end. Writability is registered only when the kernel has accepted fewer bytes than it was offered.</para>
/// </remarks>
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

    /// <summary>
    /// The local address. If it equals the address of the server socket, it is the same object, so that many connections share one object.
    /// </summary>
    public SockAddr? LocalAddress { get; private set; } = tcp.SockName() is var own && own == likelyLocal ? likelyLocal : own;

    public SockAddr? RemoteAddress { get; } = remote;

    public long QueuedBytes => _queue.Bytes;

    public int QueuedSegments => _queue.Count;

    public long SentBytes { get; private set; }

    public long LastSentAt { get; private set; }

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

    public void ChangeOwner(IChannelOwner owner) => _owner = owner;

    public void ResumeReading()
    {
        _state |= ChannelState.Reading;
        if ((_state & (ChannelState.Readable | ChannelState.EndReported)) != 0)
        {
            RequestEndOfTurn();
        }
    }

    public void PauseReading()
    {
        _state &= ~ChannelState.Reading;
        if ((_state & (ChannelState.ReadEnded | ChannelState.EndReported | ChannelState.Closed)) == ChannelState.EndReported && tcp.Error() is var errno and not Errno.None)
        {
            // epoll reported the error while the owner had bytes to process, and no receive would find it now. The owner need not continue before it resumes
            // reading: TLS keeps bytes meanwhile.
            Fail(errno);
        }
    }

    public void ContinueReading()
    {
        _state &= ~ChannelState.Delivering;
        if ((_state & ChannelState.Readable) != 0)
        {
            RequestEndOfTurn();
        }
    }

    public void NotifyQueueLow(long bytes) => _lowMark = bytes;

    public Errno Shutdown(ShutdownHow how) => tcp.Shutdown(how) ? 0 : Tcp.LastErrno;

    public Errno SetOption(SocketOption option)
    {
        if (!option.Apply(tcp))
        {
            return Tcp.LastErrno;
        }

        if (option is SocketOption.QuickAck quickAck)
        {
            _state = quickAck.Enable ? _state | ChannelState.QuickAck : _state & ~ChannelState.QuickAck;
        }

        return 0;
    }

    public Errno TryGet(SocketValue value, out object? result)
    {
        var failure = SocketValues.TryGet(tcp, value, out result);
        if (value == SocketValue.Error && result is Errno errno and not (Errno.None or Errno.EBADF))
        {
            // The kernel reports an error once (SO_ERROR, socket(7)). The caller has taken it, so the connection must fail here.
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
            _state |= ChannelState.EndReported;
        }

        if ((events & (EpollEvents.In | EpollEvents.RdHup | EpollEvents.Hup | EpollEvents.Err)) != 0)
        {
            _state |= ChannelState.Readable;
            Receive();
        }

        if ((events & EpollEvents.Err) != 0 && (_state & (ChannelState.Reading | ChannelState.ReadEnded)) != ChannelState.Reading)
        {
            // Reading is paused or has ended, so no receive would find the error.
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
            if (received < room && (_state & ChannelState.EndReported) == 0)
            {
                _state &= ~ChannelState.Readable;
            }

            if ((_state & ChannelState.QuickAck) != 0)
            {
                _ = tcp.SetQuickAck(true);
            }

            // Nothing more is received before ContinueReading, so the owner's mailbox has at most one message with bytes.
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
