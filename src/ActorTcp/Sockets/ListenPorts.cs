using ActorTcp.Native;

namespace ActorTcp.Sockets;

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
