using System.Collections.Concurrent;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <summary>
/// The process's one thread that waits for awaited sockets: an epoll instance of its own, in which it sleeps. It starts with the first await that
/// does not complete at once, and costs nothing while no socket reports anything. It only signals: calls are made, and
/// awaits continued, on the thread pool or on the loop where the await began.
/// </summary>
/// <remarks>
/// A socket is registered once, edge-triggered and for both directions. So a wait needs no system call of its own:
/// what the socket reports before the wait begins is kept in <see cref="ReadyWait"/>.
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

    /// <summary>The thread, started if it does not run; null with the reason if there is no descriptor for it.</summary>
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

    /// <summary>Registers a socket; what it has to report already is reported at once. None, or the errno.</summary>
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
            // Lost meanwhile, and perhaps passed over by GiveUp.
            socket.OnLost(Errno.EBADF);
        }

        return errno;
    }

    /// <summary>Forgets a socket, which is still open. What was reported of it before is dropped.</summary>
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

    /// <summary>Somebody closed the epoll instance, most likely. Calls that wait fail with the errno; the next one starts another thread.</summary>
    private void GiveUp(Errno errno)
    {
        _isLost = true;
        // With the other two the number is another's by now, or nobody's.
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
