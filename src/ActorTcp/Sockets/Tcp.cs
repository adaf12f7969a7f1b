using ActorTcp.EventLoop;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <summary>
/// A TCP socket: a listening server, or one end of a connection. It implements the Tcp object of the socket API that docs/api.md calls "the documentation".
/// </summary>
/// <remarks>
/// <para>Time-outs: null waits without a limit, and zero tries once. A negative time-out, including <see cref="Timeout.InfiniteTimeSpan"/>, is
/// <see cref="Errno.EINVAL"/>. An integer after a buffer is an offset, as documented.</para>
/// <para>Errors: only the awaitable calls throw errors of the network or the kernel. A call that counts returns a <see cref="SocketResult"/>. Other calls
/// return false or null, and <see cref="LastErrno"/> is the reason. An invalid argument, such as a null buffer, throws an
/// <see cref="ArgumentException"/> before any system call.</para>
/// <para>Threads: an object belongs to one thread or actor at a time. Only <see cref="Close"/> may be called from any thread. Calls of other threads that
/// wait on the object then fail with <see cref="Errno.EBADF"/>.</para>
/// </remarks>
public sealed unsafe partial class Tcp : IDisposable
{
    // The sign bit of _uses. The other bits count the calls that have started and not ended.
    private const int Closed = int.MinValue;

    private readonly long _owner;
    private int _fd;
    // The peer's address. It is stored when the connection is made, because the kernel does not return it after a reset.
    private SockAddr? _peer;

    // The errno of an asynchronous connect. Reading it cleared the kernel's copy.
    private Errno _connectError;
    private int _uses;
    private int _waiting;

    static Tcp()
    {
        // Loads the assemblies that the check of a callback's thread needs. Loading takes a descriptor, and the process may be out of
        // descriptors when its first callback is armed.
        _ = PollDispatcher.UnpolledPlace();
    }

    private Tcp(int fd, long owner)
    {
        _fd = fd;
        _owner = owner;
    }

    /// <summary>Closes the descriptor of an object that was never closed.</summary>
    /// <remarks>A close that lingers would block all other finalizers.</remarks>
    ~Tcp() => Release(mayLinger: false);

    /// <summary>
    /// The file descriptor of the socket; -1 after <see cref="Close"/>, <see cref="FlyAway"/> or <see cref="Detach"/>, and when another object has taken it
    /// over.
    /// </summary>
    public int SockFd => Volatile.Read(ref _uses) >= 0 && _fd is >= 0 and var fd && DescriptorTable.IsOwnedBy(fd, _owner) ? fd : -1;

    /// <summary>Whether no other object has taken the descriptor over (<see cref="CreateByFd"/>). Valid while the object is open.</summary>
    private bool IsOwner => _fd is >= 0 and var fd && DescriptorTable.IsOwnedBy(fd, _owner);

    /// <summary>The errno of the last failed call on this thread. Calls that succeed do not change it.</summary>
    public static Errno LastErrno => LastError.Value;

    /// <summary>The C library's text for an error number: the documented <c>sys.error(errno)</c>.</summary>
    /// <param name="errno">The error number.</param>
    public static string ErrorText(Errno errno) => Marshal.GetPInvokeErrorMessage((int)errno);

    /// <summary>The text of <see cref="LastErrno"/>: the documented <c>sys.error()</c>.</summary>
    public static string ErrorText() => ErrorText(LastErrno);

    /// <summary>
    /// Closes the socket and its descriptor. Does nothing if it is closed already. Can be called from any thread: calls of other threads that wait on the
    /// object fail with <see cref="Errno.EBADF"/>. If <see cref="SetLinger"/> is on and bytes are unsent, Close waits for them. On the thread of a poll loop
    /// it does not wait, and the kernel sends them in the background.
    /// </summary>
    public void Close()
    {
        if (TryEnd(out var fd))
        {
            DescriptorTable.NotifyClosing(fd, _owner);
            if (IsWaiting && IsOwner)
            {
                Interrupt();
            }

            Leave();
        }
    }

    /// <summary>Closes the socket, like <see cref="Close"/>.</summary>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Releases the descriptor without closing it. The descriptor then belongs to the code that has read <see cref="SockFd"/> before. Later calls on this
    /// object fail with <see cref="Errno.EBADF"/>.
    /// </summary>
    /// <remarks>
    /// Further ports of a server are closed. The call does nothing if the object is closed already, or if <see cref="CreateByFd"/> has taken the descriptor
    /// over. A thread that waits in a call on this object is not woken. When the socket is ready next, that call fails with <see cref="Errno.EBADF"/> and
    /// receives no byte.
    /// </remarks>
    public void FlyAway()
    {
        if (!TryEnd(out var fd))
        {
            return;
        }

        DescriptorTable.NotifyClosing(fd, _owner);
        if (_ports is not null)
        {
            LeaveFurtherPorts();
        }

        _fd = -1;
        _ = DescriptorTable.Disown(fd, _owner);
        GC.SuppressFinalize(this);
        Leave();
    }

    /// <summary>
    /// Moves the socket into a token, for another thread or actor. The token owns the socket until it is taken. It closes the socket if it is disposed or
    /// collected first. Later calls on this object fail with <see cref="Errno.EBADF"/>.
    /// </summary>
    /// <remarks>
    /// The token also has the further ports of a server, the peer's address, and a <see cref="Shutdown(ShutdownHow)"/> of the receiving side. A thread that
    /// waits in a call on this object is not woken. When the socket is ready next, that call fails with <see cref="Errno.EBADF"/> and receives no byte.
    /// </remarks>
    /// <returns>The token; null with <see cref="Errno.EBADF"/> after <see cref="Close"/>.</returns>
    public SocketHandoff? Detach()
    {
        if (!TryEnd(out var fd))
        {
            return LastError.Null<SocketHandoff>(Errno.EBADF);
        }

        DescriptorTable.NotifyClosing(fd, _owner);
        _fd = -1;
        GC.SuppressFinalize(this);
        var taken = new Tcp(fd, _owner) { _ports = _ports, _receiveEnd = _receiveEnd, _receivesNoMore = _receivesNoMore, _connectError = _connectError, _peer = _peer };
        _ports = null;
        Leave();
        return new SocketHandoff(taken);
    }

    /// <summary>
    /// Starts a call. False if the object is closed. The descriptor stays open until the call ends, so that the call never uses the descriptor of another file
    /// after a Close by another thread.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Enter()
    {
        if (Interlocked.Increment(ref _uses) > 0 && IsOwner)
        {
            return true;
        }

        Leave();
        LastError.Fail(Errno.EBADF);
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Leave()
    {
        if (Interlocked.Decrement(ref _uses) == Closed)
        {
            // A close that lingers on a loop's thread would block all other connections of the loop.
            Release(mayLinger: PollLoop.Current is null);
        }
    }

    /// <summary>Whether a thread waits inside a call on this object.</summary>
    internal bool IsWaiting => Volatile.Read(ref _waiting) > 0;

    private bool IsClosed => Volatile.Read(ref _uses) < 0;

    /// <summary>
    /// Ends the object. Returns true to the one caller that ends it. After that every call returns EBADF. The caller counts as a call until it leaves, so the
    /// descriptor that it receives still belongs to this object.
    /// </summary>
    private bool TryEnd(out int fd)
    {
        fd = -1;
        var ends = Interlocked.Increment(ref _uses) > 0 && Interlocked.Or(ref _uses, Closed) > 0;
        if (ends)
        {
            fd = _fd;
        }
        else
        {
            Leave();
        }

        return ends;
    }

    /// <summary>Waits until the descriptor is ready; EBADF if the object is closed in the meantime.</summary>
    private Errno Wait(short events, Deadline deadline)
    {
        if (deadline.IsOver)
        {
            return IsClosed ? Errno.EBADF : Errno.EAGAIN;
        }

        // Either Close sees this, or this sees that it is closed.
        Interlocked.Increment(ref _waiting);
        var errno = IsClosed ? Errno.EBADF : DescriptorWait.Until(_fd, events, deadline);
        Interlocked.Decrement(ref _waiting);

        // Another object may have taken the descriptor over meanwhile. The bytes belong to that object.
        return IsClosed || !IsOwner ? Errno.EBADF : errno;
    }

    /// <summary>Closes the descriptor. Only the first call does it.</summary>
    /// <param name="mayLinger">Whether close(2) may wait for unsent bytes. If not, the kernel sends them in the background.</param>
    private void Release(bool mayLinger)
    {
        var fd = Interlocked.Exchange(ref _fd, -1);
        if (fd < 0)
        {
            return;
        }

        GC.SuppressFinalize(this);
        DescriptorTable.NotifyClosing(fd, _owner);
        _ports?.Dispose();
        if (DescriptorTable.Disown(fd, _owner))
        {
            if (!mayLinger && LingerOf(fd) is { OnOff: not 0, Seconds: not 0 })
            {
                Linger off = default;
                _ = Libc.SetSockOpt(fd, SocketNumbers.LevelSocket, SocketNumbers.SoLinger, &off, (uint)sizeof(Linger));
            }

            _ = Libc.Close(fd);
        }
    }

    /// <summary>Wakes the threads that wait in calls on this object. The last one to leave closes the descriptor.</summary>
    private void Interrupt()
    {
        // The number of several ports is not a socket, but the first port wakes the thread as well.
        var fd = ListenerFd;
        if (LingerOf(fd) is { OnOff: not 0, Seconds: 0 })
        {
            Abort(fd);
        }
        else
        {
            _ = Libc.Shutdown(fd, SocketNumbers.ShutdownBoth);
        }
    }

    private static Linger LingerOf(int fd)
    {
        Linger linger;
        uint length = (uint)sizeof(Linger);
        return Libc.GetSockOpt(fd, SocketNumbers.LevelSocket, SocketNumbers.SoLinger, &linger, &length) == 0 ? linger : default;
    }
}
