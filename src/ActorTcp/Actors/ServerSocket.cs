using ActorTcp.Polling;
using ActorTcp.Sockets;

namespace ActorTcp.Actors;

/// <summary>
/// What a listener keeps over a restart, held outside the actor's instance: the server socket, and with it the
/// connections that wait in its backlog, and the numbers of its connections. Used by one listener's successive instances.
/// </summary>
internal sealed class ServerSocket
{
    private EpollListener? _channel;
    private int _backlog;

    /// <summary>How many of the connections that the channels told of have been processed.</summary>
    public long Processed { get; set; }

    /// <summary>The number of connections that were accepted and are still in the listener's mailbox.</summary>
    public long Unprocessed => (_channel?.Accepted ?? 0) - Processed;

    /// <summary>The most connections that the kernel's backlogs hold.</summary>
    public int MostPending => (_backlog + 1) * Ports;

    /// <summary>The socket, from <see cref="Listen"/> to <see cref="Close"/>.</summary>
    public Tcp? Tcp { get; private set; }

    /// <summary>How many connections were accepted; the next one's number is one more.</summary>
    public long Accepted { get; set; }

    /// <summary>How many of them were beyond the limit.</summary>
    public long Refused { get; set; }

    /// <summary>How many consecutive ports it listens on.</summary>
    public int Ports { get; private set; } = 1;

    /// <summary>The limits in force.</summary>
    public required ListenerLimits Limits { get; set; }

    /// <summary>Where it listens, or listened.</summary>
    public SockAddr? LocalAddress { get; private set; }

    /// <summary>Listens. 0, or the reason why not.</summary>
    public Errno Listen(SockAddr address, int backlog, ConnectionSettings connections)
    {
        Debug.Assert(Tcp is null, "a server socket listens once");
        var server = Sockets.Tcp.CreateServer(address, backlog);
        if (server is null)
        {
            return Sockets.Tcp.LastErrno;
        }

        // Accepted sockets inherit these (Linux), which saves calls for each.
        _ = connections.NoDelay && server.SetNoDelay(true);
        foreach (var option in connections.KeepAliveOptions())
        {
            _ = option.Apply(server);
        }

        LocalAddress = server.SockName();
        if (LocalAddress is null)
        {
            var errno = Sockets.Tcp.LastErrno;
            server.Close();
            return errno;
        }

        Tcp = server;
        _backlog = backlog;
        return 0;
    }

    /// <summary>Listens on this many ports behind the first as well, all or none. 0, or the reason why not. No channel may be open meanwhile: the socket becomes another.</summary>
    public Errno AddPorts(int count)
    {
        if (Tcp is null || !Tcp.MPorts(count))
        {
            return Tcp is null ? Errno.EBADF : Sockets.Tcp.LastErrno;
        }

        Ports = 1 + count;
        return 0;
    }

    /// <summary>The way to it on a loop, for one instance of the listener.</summary>
    public IListenerChannel ChannelOn(PollLoop loop) => _channel = new EpollListener(Tcp!, loop, _channel?.Accepted ?? 0);

    /// <summary>Closes the socket. The kernel resets the clients in the backlog.</summary>
    public void Close()
    {
        Tcp?.Close();
        Tcp = null;
    }
}
