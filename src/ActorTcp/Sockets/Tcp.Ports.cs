using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>Listening on several ports.</content>
public sealed unsafe partial class Tcp
{
    private const int PortsMax = 4096;
    private const int PortMax = 65535;

    // Null while the object has one port.
    private ListenPorts? _ports;

    /// <summary>
    /// Listens also on the <paramref name="count"/> consecutive ports after the bound one. If one cannot be opened, the call closes the ports that it has
    /// opened, and the earlier ports stay. A smaller count closes the last ports, and resets the connections in their backlogs. With 0 only the bound port is
    /// left.
    /// </summary>
    /// <remarks>
    /// <para><see cref="SockFd"/> does not change, and is readable when any port has a connection in its backlog. <see cref="Accept(TimeSpan?)"/> accepts from all
    /// ports in turn. <see cref="SockName"/> of the accepted object has the port of the client. New ports have the options of the first one. Options that are set
    /// later apply to all ports. Calls with one result, such as <see cref="SockName"/>, return that of the first port.</para>
    /// <para>With further ports, the number of SockFd belongs to an epoll instance. Code that has registered it with its own epoll instance must register it
    /// again. Socket calls of libc on the number fail with <see cref="Errno.ENOTSOCK"/>.</para>
    /// </remarks>
    /// <param name="count">The number of further ports: 0 to 4096.</param>
    /// <returns>
    /// True; false with <see cref="Errno.EINVAL"/> if the count is out of its range, a port exceeds 65535 or the socket does not listen, or with
    /// <see cref="Errno.EADDRINUSE"/> if a port is in use.
    /// </returns>
    public bool MPorts(int count)
    {
        if (!Enter())
        {
            return false;
        }

        var present = _ports?.Count ?? 0;
        if (!IsListening(ListenerFd) || NameOf(ListenerFd, peer: false) is not { } first
            || count is < 0 or > PortsMax || first.Port + count > PortMax)
        {
            return Done(Errno.EINVAL);
        }

        if (count > present)
        {
            return Done(OpenPorts(first, present, count));
        }

        if (count > 0)
        {
            _ports?.Shrink(count);
        }
        else if (_ports is not null)
        {
            LeaveFurtherPorts();
        }

        return Done(Errno.None);
    }

    /// <summary>The socket that listens: the descriptor itself, or the first of several ports.</summary>
    private int ListenerFd => _ports?.FirstFd ?? _fd;

    private Errno OpenPorts(SockAddr first, int present, int count)
    {
        var backlog = BacklogOf(ListenerFd);
        var opened = new List<int>(count - present);
        var errno = Errno.None;
        for (var i = present + 1; i <= count && errno == Errno.None; i++)
        {
            var fd = OpenListener(first.WithPort(first.Port + i), backlog, ListenOptions.Default, like: ListenerFd);
            if (fd >= 0)
            {
                opened.Add(fd);
            }
            else
            {
                errno = (Errno)(-fd);
            }
        }

        if (errno == Errno.None && _ports is null)
        {
            errno = BeginFurtherPorts();
        }

        var added = 0;
        while (errno == Errno.None && added < opened.Count)
        {
            errno = _ports!.Add(_fd, opened[added]);
            added += errno == Errno.None ? 1 : 0;
        }

        if (errno != Errno.None)
        {
            foreach (var fd in CollectionsMarshal.AsSpan(opened)[added..])
            {
                _ = Libc.Close(fd);
            }

            RestorePorts(present);
        }

        return errno;
    }

    private void RestorePorts(int count)
    {
        if (count > 0)
        {
            _ports!.Shrink(count);
        }
        else if (_ports is not null)
        {
            LeaveFurtherPorts();
        }
    }

    /// <summary>Gives the descriptor's number to an epoll instance, and another number to the socket.</summary>
    private Errno BeginFurtherPorts()
    {
        var epoll = Libc.EpollCreate1(EpollEvents.CloseOnExec);
        if (epoll < 0)
        {
            return LastError.OfLibc;
        }

        var first = Libc.Fcntl(_fd, SocketNumbers.FcntlDuplicateCloseOnExec, 0);
        var errno = first < 0 ? LastError.OfLibc : ListenPorts.Enlist(epoll, first);
        if (errno == Errno.None)
        {
            errno = DescriptorTable.Replace(_fd, () => Libc.Dup3(epoll, _fd, EpollEvents.CloseOnExec) >= 0 ? Errno.None : LastError.OfLibc);
        }

        _ = Libc.Close(epoll);
        if (errno == Errno.None)
        {
            _ports = new ListenPorts(first);
        }
        else if (first >= 0)
        {
            _ = Libc.Close(first);
        }

        return errno;
    }

    /// <summary>Closes the further ports and gives the descriptor's number back to the socket.</summary>
    private void LeaveFurtherPorts()
    {
        var ports = _ports!;
        _ports = null;
        ports.Shrink(0);
        _ = DescriptorTable.Replace(_fd, () => Libc.Dup3(ports.FirstFd, _fd, EpollEvents.CloseOnExec) >= 0 ? Errno.None : LastError.OfLibc);
        ports.Dispose();
    }

    /// <summary>The backlog that the kernel granted a listener; tcp_info has it in tcpi_sacked.</summary>
    private static int BacklogOf(int fd)
    {
        const int sackedAt = 28;
        var info = stackalloc byte[sackedAt + sizeof(int)];
        uint length = sackedAt + sizeof(int);
        return Libc.GetSockOpt(fd, SocketNumbers.LevelTcp, SocketNumbers.TcpInfo, info, &length) == 0
            ? Math.Max(1, *(int*)(info + sackedAt))
            : 1;
    }
}

/// <summary>
/// The further ports of a server (mports) and the first port's socket. While there are any, the server's descriptor number is that of an
/// epoll instance with all of them. It is readable when any port has a connection in its backlog, and reports
/// which.
/// </summary>
internal sealed unsafe class ListenPorts : IDisposable
{
    private const int BatchSize = 64;

    private readonly List<Listener> _further = [];
    private readonly EpollEventBuffer _ready = new(BatchSize);
    private readonly long _firstOwner;
    private int _readyCount;
    private int _readyNext;

    /// <summary>Takes the first port's socket with its new number, and owns it from now on.</summary>
    public ListenPorts(int first)
    {
        FirstFd = first;
        _firstOwner = DescriptorTable.Own(first);
    }

    /// <summary>The first port's socket, which is used for calls with one result.</summary>
    public int FirstFd { get; }

    public int Count => _further.Count;

    /// <summary>A further port's socket, from 0.</summary>
    public int this[int index] => _further[index].Fd;

    /// <summary>Takes over a listener and registers it with the epoll instance. If that fails, the caller still owns the listener.</summary>
    public Errno Add(int epoll, int fd)
    {
        var errno = Enlist(epoll, fd);
        if (errno == Errno.None)
        {
            _further.Add(new Listener(fd, DescriptorTable.Own(fd)));
        }

        return errno;
    }

    /// <summary>Registers a socket with the epoll instance.</summary>
    public static Errno Enlist(int epoll, int fd)
    {
        var request = stackalloc byte[16];
        EpollEventBuffer.Write(request, EpollEvents.In, (ulong)fd);
        return Libc.EpollCtl(epoll, EpollEvents.CtlAdd, fd, request) == 0 ? Errno.None : LastError.OfLibc;
    }

    /// <summary>Closes the last ports until this number is left. Connections in their backlogs are reset.</summary>
    public void Shrink(int count)
    {
        while (_further.Count > count)
        {
            Close(_further[^1]);
            _further.RemoveAt(_further.Count - 1);
        }

        // The fetched events may contain a socket that is closed now.
        _readyCount = 0;
        _readyNext = 0;
    }

    /// <summary>
    /// The next socket with a connection in its backlog; minus EAGAIN if there is none, minus the errno if the wait fails.
    /// Each ready socket is returned once before any is returned again, because the kernel moves a reported socket to the end of its list.
    /// </summary>
    public int NextReady(int epoll)
    {
        if (_readyNext == _readyCount)
        {
            nint count;
            do
            {
                count = Libc.EpollWait(epoll, _ready.Pointer, BatchSize, 0);
            }
            while (LastError.IsInterrupted(ref count));

            _readyNext = 0;
            _readyCount = (int)Math.Max(0, count);
            if (count <= 0)
            {
                return count < 0 ? (int)count : -(int)Errno.EAGAIN;
            }
        }

        return (int)_ready.DataAt(_readyNext++);
    }

    /// <summary>Closes every port.</summary>
    public void Dispose()
    {
        Shrink(0);
        Close(new Listener(FirstFd, _firstOwner));
        _ready.Dispose();
    }

    private static void Close(Listener listener)
    {
        if (DescriptorTable.Disown(listener.Fd, listener.Owner))
        {
            _ = Libc.Close(listener.Fd);
        }
    }

    private readonly record struct Listener(int Fd, long Owner);
}
