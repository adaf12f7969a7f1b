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
    /// Listens on the <paramref name="count"/> ports after the bound one as well. All or none: where one cannot be had,
    /// those opened for this call are closed again and the ones before it stay. A smaller count closes the last ports,
    /// and resets what waits in their backlogs; 0 leaves the bound port alone.
    /// </summary>
    /// <remarks>
    /// <see cref="SockFd"/> keeps its number and is readable when any port has a connection waiting;
    /// <see cref="Accept(TimeSpan?)"/> takes from all of them in turn, and the accepted object's <see cref="SockName"/> has
    /// the port that was used. Options set before are copied to the new ports, options set later go to all; what only one
    /// can answer, such as <see cref="SockName"/>, the first port answers. Under the number stands an epoll instance
    /// while there are further ports: who registered it with an epoll instance other than a dispatcher's must do so anew,
    /// and socket calls on the bare number fail with <see cref="Errno.ENOTSOCK"/>.
    /// </remarks>
    /// <param name="count">How many further ports, 0 to 4096.</param>
    /// <returns>False with <see cref="Errno.EINVAL"/> where the count is out of range, a port past 65535 or the socket no listener, <see cref="Errno.EADDRINUSE"/> where a port is taken.</returns>
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

    /// <summary>Puts an epoll instance under the descriptor's number, and the socket under another.</summary>
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

    /// <summary>Closes the further ports and puts the socket back under the descriptor's number.</summary>
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
/// The further ports of a server (mports), and the first port's socket with them. An epoll instance that has them all
/// stands under the server's descriptor number while there are any: it is readable when any port has a connection
/// waiting, and tells which.
/// </summary>
internal sealed unsafe class ListenPorts : IDisposable
{
    private const int BatchSize = 64;

    private readonly List<Listener> _further = [];
    private readonly EpollEventBuffer _ready = new(BatchSize);
    private readonly long _firstOwner;
    private int _readyCount;
    private int _readyNext;

    /// <summary>With the first port's socket under its new number, which it owns from now on.</summary>
    public ListenPorts(int first)
    {
        FirstFd = first;
        _firstOwner = DescriptorTable.Own(first);
    }

    /// <summary>The first port's socket, which stands for all where one must speak for them.</summary>
    public int FirstFd { get; }

    public int Count => _further.Count;

    /// <summary>A further port's socket, from 0.</summary>
    public int this[int index] => _further[index].Fd;

    /// <summary>Takes a listener over, and lets the epoll instance have it. Where that fails it stays the caller's.</summary>
    public Errno Add(int epoll, int fd)
    {
        var errno = Enlist(epoll, fd);
        if (errno == Errno.None)
        {
            _further.Add(new Listener(fd, DescriptorTable.Own(fd)));
        }

        return errno;
    }

    /// <summary>Lets the epoll instance tell of a socket's connections.</summary>
    public static Errno Enlist(int epoll, int fd)
    {
        var request = stackalloc byte[16];
        EpollEventBuffer.Write(request, EpollEvents.In, (ulong)fd);
        return Libc.EpollCtl(epoll, EpollEvents.CtlAdd, fd, request) == 0 ? Errno.None : LastError.OfLibc;
    }

    /// <summary>Closes the last ports until so many are left; what waits in their backlogs is reset.</summary>
    public void Shrink(int count)
    {
        while (_further.Count > count)
        {
            Close(_further[^1]);
            _further.RemoveAt(_further.Count - 1);
        }

        // A descriptor of the batch may be gone.
        _readyCount = 0;
        _readyNext = 0;
    }

    /// <summary>
    /// The next socket with a connection waiting; minus EAGAIN where there is none, minus the errno where that cannot be found
    /// out. Each that is ready comes once before any comes again: the kernel puts what it has told at the end of its list.
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
