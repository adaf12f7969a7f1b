using ActorTcp.EventLoop;
using ActorTcp.Interop;
using ActorTcp.Sockets;

namespace ActorTcp.Transport.Epoll;

/// <summary>
/// A server socket on a poll loop: level-triggered, a bounded number of connections a turn, so that those accepted
/// before are served meanwhile. Any failure but a connection that went away again pauses it, so that nothing spins.
/// </summary>
internal sealed class EpollListenChannel(Tcp server, PollLoop loop, AcceptBudget budget) : IListenChannel, IPollTarget
{
    private const int AcceptsPerTurn = 64;
    private const long NotOpen = -1;

    private IListenChannelOwner? _owner;
    private long _token = NotOpen;
    private uint _interest;
    private SockAddr? _local;

    public long Accepted => budget.Accepted;

    public int Open(IListenChannelOwner owner)
    {
        Debug.Assert(loop.IsCurrent, "a listener belongs to its loop's thread");
        Debug.Assert(_token == NotOpen, "a listener is opened once");
        _owner = owner;
        var token = loop.Poller.Register(server.SockFd, 0, this);
        if (token < 0)
        {
            return (int)token;
        }

        _token = token;
        _local = server.SockName();
        DescriptorReserve.Enter();
        return 0;
    }

    public void Allow(long processed, long more)
    {
        budget.Allowed = Math.Max(0, more - (Accepted - processed));
        Want(budget.Allowed > 0);
    }

    public void AcceptPending(Action<IAcceptedConnection> onAccepted, int most)
    {
        for (; most > 0 && _token != NotOpen && DescriptorReserve.IsHeld(); most--)
        {
            var accepted = server.TryAccept(out var remote, out var errno);
            if (accepted is not null)
            {
                budget.Accepted++;
                onAccepted(new AcceptedConnection(accepted, remote!, _local, loop));
            }
            else if (errno is Errno.EAGAIN or Errno.EMFILE or Errno.ENFILE)
            {
                return;
            }
        }
    }

    public void Detach()
    {
        if (_token != NotOpen)
        {
            _ = loop.Poller.Unregister(_token);
            _token = NotOpen;
            DescriptorReserve.Leave();
        }
    }

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
                _owner!.OnAccepted(new AcceptedConnection(accepted, remote!, _local, loop));
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

        Want(budget.Allowed > 0);
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
            DescriptorReserve.LetGo();
        }

        budget.Allowed = 0;
        Want(false);
        _owner!.OnAcceptFailed(errno);
    }

    private void Want(bool connections)
    {
        var interest = connections ? EpollEvents.In : 0;
        if (_token == NotOpen || _interest == interest)
        {
            return;
        }

        var result = loop.Poller.Modify(_token, interest);
        if (result == 0)
        {
            _interest = interest;
        }
        else if (connections)
        {
            budget.Allowed = 0;
            _owner!.OnAcceptFailed((Errno)(-result));
        }
    }

    private sealed class AcceptedConnection(Tcp tcp, SockAddr remote, SockAddr? local, PollLoop acceptedOn) : IAcceptedConnection
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
    }
}

/// <summary>Several server sockets of one listener on a loop. They share an <see cref="AcceptBudget"/>, so a limit counts for all together.</summary>
internal sealed class EpollListenChannels(IReadOnlyList<EpollListenChannel> sockets) : IListenChannel
{
    public long Accepted => sockets[0].Accepted;

    public int Open(IListenChannelOwner owner)
    {
        foreach (var socket in sockets)
        {
            if (socket.Open(owner) is var result and < 0)
            {
                Detach();
                return result;
            }
        }

        return 0;
    }

    public void Allow(long processed, long more)
    {
        foreach (var socket in sockets)
        {
            socket.Allow(processed, more);
        }
    }

    public void AcceptPending(Action<IAcceptedConnection> onAccepted, int most)
    {
        foreach (var socket in sockets)
        {
            socket.AcceptPending(onAccepted, most);
        }
    }

    public void Detach()
    {
        foreach (var socket in sockets)
        {
            socket.Detach();
        }
    }
}

/// <summary>The number of connections that the server sockets of one listener have accepted, and may still accept. On the loop's thread.</summary>
internal sealed class AcceptBudget
{
    public long Accepted { get; set; }

    public long Allowed { get; set; }
}
