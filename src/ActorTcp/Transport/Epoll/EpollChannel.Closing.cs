using ActorTcp.EventLoop;
using ActorTcp.Sockets;

namespace ActorTcp.Transport.Epoll;

/// <content>The end of a channel: it is closed, reset, or its socket is detached.</content>
internal sealed unsafe partial class EpollChannel
{
    /// <summary>The maximum number of bytes that are received and dropped. If the peer sends more, the connection is reset.</summary>
    private const long MaxBytesDropped = 8 << 20;

    private long _bytesToDrop;
    private ClosingTimer? _closingTimer;

    public SocketHandoff? Detach()
    {
        if (!TryMarkClosed())
        {
            return null;
        }

        Unregister();
        return tcp.Detach();
    }

    public void Close(bool reset)
    {
        if (!TryMarkClosed())
        {
            return;
        }

        if (reset)
        {
            Unregister();
            _ = tcp.SetLinger(true, 0);
            tcp.Close();
        }
        else
        {
            _state |= ChannelState.Dropping;
            _bytesToDrop = MaxBytesDropped;
            DropReceived();
        }
    }

    /// <summary>Closes the descriptor of a channel that its owner has closed.</summary>
    internal void CloseDescriptor()
    {
        if (_closingTimer is not null)
        {
            loop.Timers.Cancel(_closingTimer);
            ClosingSockets.Of(loop).Remove(this);
        }

        _state &= ~ChannelState.Dropping;
        Unregister();
        tcp.Close();
    }

    /// <summary>
    /// Receives and drops bytes until the end of the peer's stream, with one receive per turn. The kernel resets a connection that is closed with
    /// unread bytes, or that receives bytes after close(2) (RFC 2525, section 2.17). Such a reset destroys sent bytes that are still in the kernel.
    /// </summary>
    private void DropReceived()
    {
        var bytes = loop.Slabs.Room(out var room);
        var received = _bytesToDrop > 0 ? tcp.TryRecv(bytes, room) : 0;
        if (received > 0)
        {
            _bytesToDrop -= received;
            RequestEndOfTurn();
        }
        else if (received != -(int)Errno.EAGAIN || !AwaitPeersEnd())
        {
            CloseDescriptor();
        }
    }

    /// <summary>Shuts down sending, and waits a short time for the end of the peer's stream. False if that is not possible.</summary>
    private bool AwaitPeersEnd()
    {
        if (_closingTimer is not null)
        {
            return true;
        }

        if (ClosingSockets.Of(loop).IsFull || !tcp.Shutdown(ShutdownHow.Write) || !TryRegister())
        {
            return false;
        }

        _closingTimer = new ClosingTimer(this);
        loop.Timers.Schedule(_closingTimer, loop.Now, ClosingSockets.MaxMilliseconds);
        ClosingSockets.Of(loop).Add(this);
        return true;
    }

    /// <summary>Registers a channel that was closed before it was opened, because its connection was refused.</summary>
    private bool TryRegister()
    {
        if ((_state & ChannelState.Registered) == 0)
        {
            _token = loop.Poller.Register(tcp.SockFd, ReadEvents, this);
            _state |= _token < 0 ? 0 : ChannelState.Registered;
        }

        return (_state & ChannelState.Registered) != 0;
    }

    private void Unregister()
    {
        if ((_state & ChannelState.Registered) != 0)
        {
            _state &= ~ChannelState.Registered;
            _ = loop.Poller.Unregister(_token);
        }
    }

    /// <summary>Marks the channel as closed and drops its queue. False if that has happened before.</summary>
    private bool TryMarkClosed()
    {
        if ((_state & ChannelState.Closed) != 0)
        {
            return false;
        }

        _state = (_state & (ChannelState.RunAtEndOfTurn | ChannelState.Registered)) | ChannelState.Closed;
        loop.Meters.QueuedBytes -= _queue.Bytes;
        while (_queue.TryDrop(out var dropped))
        {
            dropped.Slab?.Release();
        }

        return true;
    }

    private void RequestEndOfTurn()
    {
        if ((_state & ChannelState.RunAtEndOfTurn) == 0)
        {
            _state |= ChannelState.RunAtEndOfTurn;
            loop.RunAtEndOfTurn(this);
        }
    }

    private sealed class ClosingTimer(EpollChannel channel) : LoopTimer
    {
        public override void OnDue() => channel.CloseDescriptor();
    }
}

/// <summary>
/// The sockets of a loop that their owners have closed and that wait for the end of the peer's stream, each for at most
/// <see cref="MaxMilliseconds"/>. Used on the loop's thread.
/// </summary>
internal sealed class ClosingSockets : IDisposable
{
    private static readonly LoopLocal<ClosingSockets> OfLoop = new(static _ => new ClosingSockets());

    public const int MaxMilliseconds = 1000;

    /// <summary>The maximum number of sockets that wait at the same time, so that many refused clients do not use up the descriptors.</summary>
    private const int MaxSockets = 256;

    private readonly HashSet<EpollChannel> _channels = [];
    private TaskCompletionSource? _empty;

    /// <summary>The closing sockets of a loop. On the loop's thread.</summary>
    public static ClosingSockets Of(PollLoop loop) => OfLoop.Get(loop);

    /// <summary>The number of closing sockets of a loop. From any thread; exact on the loop's.</summary>
    public static int CountOf(PollLoop loop) => OfLoop.Find(loop)?._channels.Count ?? 0;

    public bool IsFull => _channels.Count >= MaxSockets;

    public void Add(EpollChannel channel) => _channels.Add(channel);

    public void Remove(EpollChannel channel)
    {
        if (_channels.Remove(channel) && _channels.Count == 0)
        {
            _empty?.TrySetResult();
            _empty = null;
        }
    }

    /// <summary>Completes when no socket waits.</summary>
    public Task WhenEmpty() => _channels.Count == 0
        ? Task.CompletedTask
        : (_empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Closes all waiting sockets immediately, because the loop stops.</summary>
    public void Dispose()
    {
        foreach (var channel in _channels.ToArray())
        {
            channel.CloseDescriptor();
        }
    }
}
