using System.Collections.Concurrent;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <summary>
/// The one thread of the process that waits for awaited sockets, on its own epoll instance. It starts with the first await that does not complete at once,
/// and sleeps while no socket reports an event. It only signals. The call tries again on the thread pool, or on the loop where the await began.
/// </summary>
/// <remarks>
/// A socket is registered once, edge-triggered and for both directions. So a wait makes no system call: <see cref="ReadyWait"/> keeps a report that comes
/// before the wait.
/// </remarks>
internal sealed unsafe class WaitThread
{
    private const int EventsAtOnce = 128;
    private const uint Interest = EpollEvents.In | EpollEvents.Out | EpollEvents.RdHup | EpollEvents.EdgeTriggered;
    private const uint Receivable = EpollEvents.In | EpollEvents.RdHup | EpollEvents.Hup | EpollEvents.Err;
    private const uint Sendable = EpollEvents.Out | EpollEvents.Hup | EpollEvents.Err;

    private static readonly Lock Starting = new();
    private static WaitThread? _current;

    private readonly ConcurrentDictionary<long, SocketAwaits> _sockets = new();
    private readonly int _epoll;
    private long _lastToken;
    private volatile bool _isLost;

    private WaitThread(int epoll)
    {
        _epoll = epoll;
    }

    /// <summary>The thread, started if it does not run; null with the reason if no descriptor is available.</summary>
    public static WaitThread? Current(out Errno errno)
    {
        errno = Errno.None;
        lock (Starting)
        {
            if (_current is { _isLost: false } running)
            {
                return running;
            }

            var epoll = Libc.EpollCreate1(EpollEvents.CloseOnExec);
            if (epoll < 0)
            {
                errno = LastError.OfLibc;
                return null;
            }

            var started = new WaitThread(epoll);
            new Thread(started.Run) { Name = "actortcp-waits", IsBackground = true }.UnsafeStart();
            return _current = started;
        }
    }

    public long NextToken() => Interlocked.Increment(ref _lastToken);

    /// <summary>Registers a socket. If it is ready already, epoll reports it at once. Returns None, or the errno.</summary>
    public Errno Add(SocketAwaits socket, int fd)
    {
        // In the table first: the report may come before epoll_ctl has returned.
        _sockets[socket.Token] = socket;
        var errno = Control(EpollEvents.CtlAdd, fd, socket.Token);
        if (errno != Errno.None)
        {
            _sockets.TryRemove(socket.Token, out _);
        }
        else if (_isLost)
        {
            // The thread has ended meanwhile, and GiveUp may not have seen this socket.
            socket.OnLost(Errno.EBADF);
        }

        return errno;
    }

    /// <summary>Forgets a socket, which is still open. Its pending reports are dropped.</summary>
    public void Remove(long token, int fd)
    {
        if (_sockets.TryRemove(token, out _))
        {
            Silence(fd);
        }
    }

    public void Silence(int fd) => _ = Control(EpollEvents.CtlDel, fd, 0);

    public void Restore(int fd, long token) => _ = Control(EpollEvents.CtlAdd, fd, token);

    private Errno Control(int operation, int fd, long token)
    {
        if (_isLost)
        {
            return Errno.EBADF;
        }

        var request = stackalloc byte[16];
        EpollEventBuffer.Write(request, Interest, (ulong)token);
        return Libc.EpollCtl(_epoll, operation, fd, request) == 0 ? Errno.None : LastError.OfLibc;
    }

    private void Run()
    {
        using var events = new EpollEventBuffer(EventsAtOnce);
        while (true)
        {
            nint count = Libc.EpollWait(_epoll, events.Pointer, EventsAtOnce, -1);
            if (LastError.IsInterrupted(ref count))
            {
                continue;
            }

            if (count < 0)
            {
                GiveUp((Errno)(-count));
                return;
            }

            for (var i = 0; i < count; i++)
            {
                if (_sockets.TryGetValue((long)events.DataAt(i), out var socket))
                {
                    Report(socket, events.EventsAt(i));
                }
            }
        }
    }

    private static void Report(SocketAwaits socket, uint events)
    {
        if ((events & Receivable) != 0)
        {
            socket.Receives.Signal();
        }

        if ((events & Sendable) != 0)
        {
            socket.Sends.Signal();
        }
    }

    /// <summary>
    /// The wait has failed, most likely because other code has closed the epoll instance. Waiting calls fail with the errno. The next call starts another
    /// thread.
    /// </summary>
    private void GiveUp(Errno errno)
    {
        _isLost = true;
        // With these two errors the number is closed, or another file has it now.
        if (errno is not (Errno.EBADF or Errno.EINVAL))
        {
            _ = Libc.Close(_epoll);
        }

        foreach (var socket in _sockets)
        {
            socket.Value.OnLost(errno);
        }
    }
}
