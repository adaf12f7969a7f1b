using ActorTcp.EventLoop;
using ActorTcp.Sockets;

namespace ActorTcp.Transport.Epoll;

/// <summary>
/// The server sockets of one listener, over epoll. They share an <see cref="AcceptBudget"/>, because a limit applies to all of them together.
/// </summary>
internal sealed class EpollListenChannel(ListenRequest request) : IListenChannel
{
    /// <summary>The number of ports that are tried until one is free at all addresses, if the requested port is 0.</summary>
    private const int MaxTries = 16;

    private readonly List<EpollServerSocket> _sockets = [];
    private readonly AcceptBudget _budget = new();

    public IReadOnlyList<SockAddr> LocalAddresses { get; private set; } = [];

    public int Ports { get; private set; } = 1;

    public long Accepted => _budget.Accepted;

    public bool IsOpen => _sockets.Count > 0;

    public bool IsAttached => _sockets.Exists(socket => socket.IsAttached);

    /// <summary>Opens the server sockets (<see cref="ITransport.Listen"/>). Called once.</summary>
    public ListenFailure? Listen()
    {
        if (request.Sockets is { } open)
        {
            return TakeOver(open);
        }

        var addresses = request.Addresses;
        var failure = ListenOnAll();
        for (var tries = 1; failure?.Errno == Errno.EADDRINUSE && addresses is [{ Port: 0 }, _, ..] && tries < MaxTries; tries++)
        {
            failure = ListenOnAll();
        }

        LocalAddresses = _sockets.ConvertAll(socket => socket.LocalAddress);
        return failure;
    }

    public Errno SetOption(SocketOption option)
    {
        foreach (var socket in _sockets)
        {
            if (!option.Apply(socket.Server))
            {
                return Tcp.LastErrno;
            }
        }

        return _sockets.Count > 0 ? 0 : Errno.EBADF;
    }

    public Errno TryGet(SocketValue value, out object? result)
    {
        result = null;
        return _sockets.Count > 0 ? SocketValues.TryGet(_sockets[0].Server, value, out result) : Errno.EBADF;
    }

    public Errno AddPorts(int count)
    {
        Debug.Assert(!IsAttached, "the sockets are replaced, so they must not be registered with a loop");
        if (_sockets.Count == 0)
        {
            return Errno.EBADF;
        }

        if (request.Sockets is not null || _sockets.Exists(socket => socket.LocalAddress.IsUnix))
        {
            return Errno.EOPNOTSUPP;
        }

        for (var i = 0; i < _sockets.Count; i++)
        {
            if (!_sockets[i].Server.MPorts(count))
            {
                var errno = Tcp.LastErrno;
                _sockets[..i].ForEach(socket => _ = socket.Server.MPorts(Ports - 1));
                return errno;
            }
        }

        Ports = 1 + count;
        return 0;
    }

    public Errno Attach(PollLoop loop, IListenChannelOwner owner)
    {
        _budget.Allowed = 0;
        foreach (var socket in _sockets)
        {
            if (socket.Attach(loop, owner) is var errno and not 0)
            {
                Detach();
                return errno;
            }
        }

        return 0;
    }

    public void Allow(long processed, long more)
    {
        _budget.Allowed = Math.Max(0, more - (Accepted - processed));
        foreach (var socket in _sockets)
        {
            socket.Watch();
        }
    }

    public void AcceptPending(Action<IAcceptedConnection> onAccepted)
    {
        // Linux keeps one connection more than the backlog. The bound ends the loop if clients connect faster than they are accepted.
        var most = (request.Backlog + 1) * Ports;
        foreach (var socket in _sockets)
        {
            socket.AcceptPending(onAccepted, most);
        }
    }

    public void Detach()
    {
        foreach (var socket in _sockets)
        {
            socket.Detach();
        }
    }

    public void Close()
    {
        Detach();
        _sockets.ForEach(socket => socket.Close());
        _sockets.Clear();
    }

    private ListenFailure? ListenOnAll()
    {
        ListenFailure? missing = null;
        foreach (var address in request.Addresses)
        {
            var wanted = address.Port == 0 && _sockets.Count > 0 ? address.WithPort(_sockets[0].LocalAddress.Port) : address;
            var failure = ListenOn(wanted);
            if (failure is { Errno: Errno.EADDRNOTAVAIL or Errno.EAFNOSUPPORT } && request.Addresses.Count > 1)
            {
                missing ??= failure;
            }
            else if (failure is not null)
            {
                Close();
                return failure;
            }
        }

        return _sockets.Count > 0 ? null : missing;
    }

    private ListenFailure? ListenOn(SockAddr address)
    {
        UnixServerFile? file = null;
        SocketOption? refused = null;
        var server = address.IsUnixFile
            ? UnixServerFile.Open(address, request.Backlog, request.Options, out file)
            : Tcp.OpenServer(address, request.Backlog, request.Options, out refused);
        if (server is null)
        {
            return new ListenFailure(Tcp.LastErrno, address, refused);
        }

        return Add(server, file);
    }

    private ListenFailure? TakeOver(IReadOnlyList<Tcp> open)
    {
        foreach (var server in open)
        {
            var refused = server.SockName() is { IsUnix: true } ? null : server.FirstRefused(request.Options.SocketOptions);

            // Without a file: the service manager that has bound a Unix socket keeps its path.
            var failure = refused is null ? Add(server, null) : new ListenFailure(Tcp.LastErrno, server.SockName(), refused);
            if (failure is not null)
            {
                Close();
                foreach (var other in open)
                {
                    other.Close();
                }

                return failure;
            }
        }

        LocalAddresses = _sockets.ConvertAll(socket => socket.LocalAddress);
        return null;
    }

    private ListenFailure? Add(Tcp server, UnixServerFile? file)
    {
        if (server.SockName() is not { } name)
        {
            var errno = Tcp.LastErrno;
            file?.Remove();
            server.Close();
            return new ListenFailure(errno);
        }

        _sockets.Add(new EpollServerSocket(server, name, file, _budget));
        return null;
    }
}
