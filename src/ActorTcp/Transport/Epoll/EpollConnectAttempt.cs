using ActorTcp.EventLoop;
using ActorTcp.Interop;
using ActorTcp.Sockets;

namespace ActorTcp.Transport.Epoll;

/// <summary>A connect attempt on a poll loop, over epoll. Its socket is registered for writability until the attempt has succeeded or failed.</summary>
internal sealed class EpollConnectAttempt(SockAddr remote, ConnectOptions options, PollLoop loop) : IConnectAttempt, IPollTarget
{
    private const long NotRegistered = -1;

    /// <summary>The time between two tries while the backlog of a Unix server is full, in milliseconds.</summary>
    private const int RetryDelay = 10;

    private RetryTimer? _retry;
    private IConnectAttemptOwner? _owner;
    private Tcp? _tcp;
    private long _token = NotRegistered;
    private SocketOption? _refused;

    /// <summary>Whether the connect has succeeded, or is deferred until the first send (TCP_FASTOPEN_CONNECT).</summary>
    private bool _isConnected;

    public SockAddr RemoteAddress { get; } = remote;

    public SocketOption? RefusedOption => _refused;

    public int Begin(IConnectAttemptOwner owner)
    {
        Debug.Assert(loop.IsCurrent, "a connect belongs to its loop's thread");
        Debug.Assert(_owner is null, "a connect begins once");
        _owner = owner;
        var result = Try();
        if (result == -(int)Errno.EAGAIN && RemoteAddress.IsUnix)
        {
            // The server's backlog is full. The kernel does not report when it has room again, and the connector limits the time.
            RetryLater();
            return 0;
        }

        return result;
    }

    private int Try()
    {
        var tcp = Tcp.BeginClient(RemoteAddress, options.LocalAddress, options.SocketOptions, out var errno, out _refused);
        if (tcp is null)
        {
            return -(int)errno;
        }

        // If the connect has succeeded at once, epoll reports it in the next turn. So the owner is never notified before Begin has returned.
        var token = loop.Poller.Register(tcp.SockFd, EpollEvents.Out, this);
        if (token < 0)
        {
            tcp.Close();
            return (int)token;
        }

        _tcp = tcp;
        _token = token;
        _isConnected = errno == Errno.None;
        return 0;
    }

    public IChannel Take()
    {
        Debug.Assert(_tcp is not null && _token == NotRegistered, "the attempt is connected, and its channel is taken once");
        var tcp = _tcp;
        _tcp = null;
        return new EpollChannel(tcp, RemoteAddress, loop);
    }

    public void Close()
    {
        if (_retry is not null)
        {
            loop.Timers.Cancel(_retry);
        }

        Unregister();
        _tcp?.Close();
        _tcp = null;
    }

    public void OnReady(uint events)
    {
        var errno = _isConnected ? Errno.None : _tcp!.ConnectResult(RemoteAddress);
        if (errno == Errno.EINPROGRESS)
        {
            return;
        }

        Unregister();
        if (errno == Errno.None)
        {
            _owner!.OnConnected(this);
            return;
        }

        Close();
        _owner!.OnConnectFailed(this, errno);
    }

    public void OnFault() => OnLost(Errno.EIO);

    public void OnLost(Errno errno)
    {
        Close();
        _owner!.OnConnectFailed(this, errno);
    }

    private void RetryLater() => loop.Timers.Schedule(_retry ??= new RetryTimer(this), loop.Now, RetryDelay);

    private void TryAgain()
    {
        var result = Try();
        if (result == -(int)Errno.EAGAIN)
        {
            RetryLater();
        }
        else if (result < 0)
        {
            _owner!.OnConnectFailed(this, (Errno)(-result));
        }
    }

    private void Unregister()
    {
        if (_token != NotRegistered)
        {
            _ = loop.Poller.Unregister(_token);
            _token = NotRegistered;
        }
    }

    private sealed class RetryTimer(EpollConnectAttempt attempt) : LoopTimer
    {
        public override void OnDue() => attempt.TryAgain();
    }
}
