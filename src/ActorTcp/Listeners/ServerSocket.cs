using ActorTcp.EventLoop;
using ActorTcp.Sockets;
using ActorTcp.Transport.Epoll;
using ActorTcp.Transport;

namespace ActorTcp.Listeners;

/// <summary>
/// What a listener keeps over a restart, held outside the actor's instance: the server socket, and with it the
/// connections that wait in its backlog, and the numbers of its connections. Used by one listener's successive instances.
/// </summary>
internal sealed class ServerSocket
{
    /// <summary>With port 0, how often a port is tried that may be taken at another address.</summary>
    private const int MostTries = 16;

    private readonly List<Tcp> _servers = [];
    private readonly AcceptBudget _budget = new();
    private List<SockAddr> _localAddresses = [];

    /// <summary>How many of the connections that the channels told of have been processed.</summary>
    public long Processed { get; set; }

    /// <summary>The number of connections that were accepted and are still in the listener's mailbox.</summary>
    public long Unprocessed => _budget.Accepted - Processed;

    /// <summary>The most connections that the kernel's backlogs of one address hold.</summary>
    public int MostPending => (Backlog + 1) * Ports;

    /// <summary>Whether it listens.</summary>
    public bool IsOpen => _servers.Count > 0;

    /// <summary>The backlog that the kernel was asked for.</summary>
    public int Backlog { get; private set; }

    /// <summary>The network interface that it is bound to; null: all.</summary>
    public string? Device { get; private set; }

    /// <summary>For how long accepted connections linger at their end, in seconds.</summary>
    public int LingerSeconds { get; private set; }

    /// <summary>How many connections were accepted; the next one's number is one more.</summary>
    public long Accepted { get; set; }

    /// <summary>How many of them were beyond the limit.</summary>
    public long Refused { get; set; }

    /// <summary>The number of consecutive ports that it listens on, at each address.</summary>
    public int Ports { get; private set; } = 1;

    /// <summary>The limits in force.</summary>
    public required ListenerLimits Limits { get; set; }

    /// <summary>Where it listens, or listened: the first address.</summary>
    public SockAddr? LocalAddress => _localAddresses.Count > 0 ? _localAddresses[0] : null;

    /// <summary>All addresses where it listens, or listened.</summary>
    public IReadOnlyList<SockAddr> LocalAddresses => _localAddresses;

    /// <summary>Where <see cref="Listen"/> failed.</summary>
    public SockAddr? FailedAddress { get; private set; }

    /// <summary>
    /// Listens on all addresses, or none. Of several addresses those that this machine does not have are passed over, unless it has none of
    /// them. With port 0 all get the same port. 0, or the reason why not.
    /// </summary>
    public Errno Listen(IReadOnlyList<SockAddr> addresses, int backlog, ListenerSettings settings, ConnectionSettings connections)
    {
        Debug.Assert(!IsOpen, "a server socket listens once");
        Backlog = backlog;
        var options = settings.ListenOptions;
        Device = options.Device;
        var errno = ListenOnAll(addresses, options, connections);
        for (var tries = 1; errno == Errno.EADDRINUSE && addresses is [{ Port: 0 }, _, ..] && tries < MostTries; tries++)
        {
            errno = ListenOnAll(addresses, options, connections);
        }

        return errno;
    }

    /// <summary>Sets an option, on each port. 0, or the reason why not.</summary>
    public Errno SetOption(SocketOption option)
    {
        if (!IsOpen)
        {
            return Errno.EBADF;
        }

        foreach (var server in _servers)
        {
            if (!option.Apply(server))
            {
                return Tcp.LastErrno;
            }
        }

        switch (option)
        {
            case SocketOption.Linger linger:
                LingerSeconds = linger.OnOff ? linger.Time : 0;
                break;
            case SocketOption.Device device:
                Device = string.IsNullOrEmpty(device.Name) ? null : device.Name;
                break;
        }

        return 0;
    }

    /// <summary>Reads a value, at the first address. 0, or the reason why there is none.</summary>
    public Errno TryGet(SocketValue value, out object? result)
    {
        result = null;
        return IsOpen ? SocketValues.TryGet(_servers[0], value, out result) : Errno.EBADF;
    }

    /// <summary>
    /// Listens on the next ports after that of each address as well, all or none. 0, or the reason why not. No channel may be open meanwhile:
    /// the sockets become others.
    /// </summary>
    public Errno AddPorts(int count)
    {
        if (!IsOpen)
        {
            return Errno.EBADF;
        }

        for (var i = 0; i < _servers.Count; i++)
        {
            if (!_servers[i].MPorts(count))
            {
                var errno = Tcp.LastErrno;
                _servers[..i].ForEach(server => _ = server.MPorts(Ports - 1));
                return errno;
            }
        }

        Ports = 1 + count;
        return 0;
    }

    /// <summary>The way to it on a loop, for one instance of the listener.</summary>
    public IListenChannel ChannelOn(PollLoop loop)
    {
        _budget.Allowed = 0;
        var channels = _servers.ConvertAll(server => new EpollListenChannel(server, loop, _budget));
        return channels.Count == 1 ? channels[0] : new EpollListenChannels(channels);
    }

    /// <summary>Closes the socket. The kernel resets the clients in the backlog.</summary>
    public void Close()
    {
        _servers.ForEach(server => server.Close());
        _servers.Clear();
    }

    private Errno ListenOnAll(IReadOnlyList<SockAddr> addresses, ListenOptions options, ConnectionSettings connections)
    {
        var local = new List<SockAddr>(addresses.Count);
        var missing = Errno.EADDRNOTAVAIL;
        foreach (var address in addresses)
        {
            var wanted = address.Port == 0 && local.Count > 0 ? address.WithPort(local[0].Port) : address;
            var errno = ListenOn(wanted, options, connections, local);
            if (errno is Errno.EADDRNOTAVAIL or Errno.EAFNOSUPPORT && addresses.Count > 1)
            {
                FailedAddress ??= wanted;
                missing = errno;
            }
            else if (errno != 0)
            {
                FailedAddress = wanted;
                Close();
                return errno;
            }
        }

        _localAddresses = local;
        return IsOpen ? 0 : missing;
    }

    private Errno ListenOn(SockAddr address, ListenOptions options, ConnectionSettings connections, List<SockAddr> local)
    {
        var server = Tcp.OpenServer(address, Backlog, options);
        if (server is null)
        {
            return Tcp.LastErrno;
        }

        // Accepted sockets inherit these (Linux), which saves calls for each.
        _ = connections.NoDelay && server.SetNoDelay(true);
        foreach (var option in connections.KeepAliveOptions())
        {
            _ = option.Apply(server);
        }

        if (server.SockName() is not { } name)
        {
            var errno = Tcp.LastErrno;
            server.Close();
            return errno;
        }

        local.Add(name);
        _servers.Add(server);
        return 0;
    }
}
