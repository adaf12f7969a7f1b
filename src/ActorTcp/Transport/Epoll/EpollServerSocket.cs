using ActorTcp.EventLoop;
using ActorTcp.Interop;
using ActorTcp.Sockets;

namespace ActorTcp.Transport.Epoll;

/// <summary>One server socket of an <see cref="EpollListenChannel"/>. Its registration is level-triggered.</summary>
/// <remarks>
/// It accepts a bounded number of connections per turn, so that the loop can serve the accepted ones. Each failure pauses accepting, because a
/// level-triggered socket would otherwise be reported again in every turn. Connections that the client has already closed are skipped.
/// </remarks>
internal sealed class EpollServerSocket(Tcp server, SockAddr local, UnixServerFile? file, AcceptBudget budget) : IPollTarget
{
    private const int AcceptsPerTurn = 64;
    private const long NotAttached = -1;

    private PollLoop? _loop;
    private IListenChannelOwner? _owner;
    private long _token = NotAttached;
    private uint _interest;

    public Tcp Server => server;

    public SockAddr LocalAddress => local;

    public bool IsAttached => _token != NotAttached;

    public Errno Attach(PollLoop loop, IListenChannelOwner owner)
    {
        Debug.Assert(loop.IsCurrent, "a server socket is attached on the thread of its loop");
        Debug.Assert(!IsAttached, "a server socket is attached to one loop at a time");
        _loop = loop;
        _owner = owner;
        _interest = 0;
        var token = loop.Poller.Register(server.SockFd, 0, this);
        if (token < 0)
        {
            return (Errno)(-token);
        }

        _token = token;
        DescriptorReserve.AddListener();
        return 0;
    }

    public void Detach()
    {
        if (IsAttached)
        {
            _ = _loop!.Poller.Unregister(_token);
            _token = NotAttached;
            DescriptorReserve.RemoveListener();
        }
    }

    /// <summary>Closes the detached socket, and removes its file, first, so that no client finds it afterwards.</summary>
    public void Close()
    {
        file?.Remove();
        server.Close();
    }

    /// <summary>Accepts the pending connections, at most <paramref name="most"/>, without the budget.</summary>
    public void AcceptPending(Action<IAcceptedConnection> onAccepted, int most)
    {
        for (; most > 0 && IsAttached && DescriptorReserve.IsHeld(); most--)
        {
            var accepted = server.TryAccept(out var remote, out var errno);
            if (accepted is not null)
            {
                budget.Accepted++;
                onAccepted(new AcceptedConnection(accepted, remote!, local, _loop!));
            }
            else if (errno is Errno.EAGAIN or Errno.EMFILE or Errno.ENFILE)
            {
                return;
            }
        }
    }

    /// <summary>Registers for connections if the budget allows any.</summary>
    public void Watch() => Watch(budget.Allowed > 0);

    public void OnReady(uint events)
    {
        for (var i = 0; i < AcceptsPerTurn && budget.Allowed > 0; i++)
        {
            if (!DescriptorReserve.IsHeld())
            {
                Fail(Errno.EMFILE);
                return;
            }

            var accepted = server.TryAccept(out var remote, out var errno);
            if (accepted is not null)
            {
                budget.Accepted++;
                budget.Allowed--;
                _owner!.OnAccepted(new AcceptedConnection(accepted, remote!, local, _loop!));
            }
            else if (errno == Errno.EAGAIN)
            {
                return;
            }
            else if (errno != Errno.ECONNABORTED && errno != Errno.EPROTO)
            {
                Fail(errno);
                return;
            }
        }

        Watch();
    }

    public void OnFault() => Fail(Errno.EIO);

    public void OnLost(Errno errno)
    {
        _interest = 0;
        Fail(errno);
    }

    private void Fail(Errno errno)
    {
        if (errno is Errno.EMFILE or Errno.ENFILE)
        {
            DescriptorReserve.Release();
        }

        budget.Allowed = 0;
        Watch(false);
        _owner!.OnAcceptFailed(errno);
    }

    private void Watch(bool isAccepting)
    {
        var interest = isAccepting ? EpollEvents.In : 0;
        if (!IsAttached || _interest == interest)
        {
            return;
        }

        var result = _loop!.Poller.Modify(_token, interest);
        if (result == 0)
        {
            _interest = interest;
        }
        else if (isAccepting)
        {
            budget.Allowed = 0;
            _owner!.OnAcceptFailed((Errno)(-result));
        }
    }

    private sealed class AcceptedConnection(Tcp tcp, SockAddr remote, SockAddr local, PollLoop acceptedOn) : IAcceptedConnection
    {
        public SockAddr RemoteAddress { get; } = remote;

        public IChannel On(PollLoop loop) => new EpollChannel(tcp, RemoteAddress, loop, local);

        public unsafe void Refuse(ReadOnlySpan<byte> answer)
        {
            fixed (byte* bytes = answer)
            {
                _ = answer.IsEmpty ? 0 : tcp.TrySend(bytes, answer.Length);
            }

            On(acceptedOn).Close(reset: false);
        }

        public void Reset()
        {
            _ = tcp.SetLinger(true, 0);
            tcp.Close();
        }
    }
}

/// <summary>The numbers of connections of all server sockets of one listener. Used on the loop's thread.</summary>
internal sealed class AcceptBudget
{
    /// <summary>The total number of accepted connections.</summary>
    public long Accepted { get; set; }

    /// <summary>The number of connections that may still be accepted.</summary>
    public long Allowed { get; set; }
}
