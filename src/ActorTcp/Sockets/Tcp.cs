using ActorTcp.EventLoop;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <summary>
/// A TCP socket: a listening server, or one end of a connection. The documented Tcp object.
/// </summary>
/// <remarks>
/// <para>The socket is non-blocking always; a synchronous call waits with poll(2). A time-out is a
/// <see cref="TimeSpan"/>: null waits for ever, zero tries once, a negative one is <see cref="Errno.EINVAL"/>, and so is
/// <see cref="Timeout.InfiniteTimeSpan"/>. An integer after a buffer is an offset, as documented.</para>
/// <para>What the network or the kernel does is never thrown. A call that counts answers a <see cref="SocketResult"/>,
/// others false or null, and <see cref="LastErrno"/> has the reason. A caller's own mistake, such as a null buffer,
/// throws an <see cref="ArgumentException"/> before any system call.</para>
/// <para>An object belongs to one thread or actor at a time; <see cref="Close"/> alone may come from anywhere, and ends
/// what another thread waits for on it with <see cref="Errno.EBADF"/>.</para>
/// </remarks>
public sealed unsafe partial class Tcp : IDisposable
{
    // The sign bit of _uses, whose other bits count the calls under way.
    private const int Closed = int.MinValue;

    private readonly long _owner;
    private int _fd;
    /// <summary>Set on the thread of a poll loop, where a close must not wait for one connection at the expense of all others.</summary>
    [ThreadStatic]
    internal static bool ClosesWithoutLingering;

    // The peer's address from the moment there is a connection: the kernel forgets it with a reset.
    private SockAddr? _peer;

    // What an asynchronous connect ended with; the kernel's copy was used up by finding out.
    private Errno _connectError;
    private int _uses;
    private int _waiting;

    private Tcp(int fd, long owner)
    {
        _fd = fd;
        _owner = owner;
    }

    /// <summary>Closes what was never closed.</summary>
    ~Tcp()
    {
        // A close that lingers would keep everybody else's finalizers waiting.
        ClosesWithoutLingering = true;
        Release();
    }

    /// <summary>
    /// The socket's file descriptor, for event detection or for handing it over; -1 after <see cref="Close"/> or
    /// <see cref="FlyAway"/>, and when another object has taken it over.
    /// </summary>
    public int SockFd => Volatile.Read(ref _uses) >= 0 && _fd is >= 0 and var fd && DescriptorTable.IsOwnedBy(fd, _owner) ? fd : -1;

    /// <summary>Whether no other object has taken the descriptor over (<see cref="CreateByFd"/>). Only while it is open.</summary>
    private bool IsOwner => _fd is >= 0 and var fd && DescriptorTable.IsOwnedBy(fd, _owner);

    /// <summary>Why the last failed call of this thread failed: errno, left alone by calls that succeed.</summary>
    public static Errno LastErrno => LastError.Value;

    /// <summary>The C library's text for an error number: the documentation's <c>sys.error(errno)</c>.</summary>
    public static string ErrorText(Errno errno) => Marshal.GetPInvokeErrorMessage((int)errno);

    /// <summary>The text of <see cref="LastErrno"/>: the documentation's <c>sys.error()</c>.</summary>
    public static string ErrorText() => ErrorText(LastErrno);

    /// <summary>
    /// Closes the socket and gives its descriptor back. Harmless when it is closed already. May come from any thread:
    /// what waits on the object there ends with <see cref="Errno.EBADF"/>. Waits itself where <see cref="SetLinger"/>
    /// says so and there are unsent bytes; not on the thread of a poll loop, where the kernel sends them in the background.
    /// </summary>
    public void Close()
    {
        if (TryEnd(out var fd))
        {
            DescriptorTable.TellClosing(fd, _owner);
            if (IsWaiting && IsOwner)
            {
                Interrupt();
            }

            Leave();
        }
    }

    /// <summary>The same as <see cref="Close"/>.</summary>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Gives the descriptor up without closing it: it is whoever's who was told <see cref="SockFd"/> before. The object
    /// cannot be used any more. Further ports of a server are closed. Harmless when it is closed already, or when <see cref="CreateByFd"/> has taken
    /// the descriptor over. A thread that waits in a call on this object is not woken: its call ends with <see cref="Errno.EBADF"/>, and takes no
    /// byte, when the socket is ready next. The same holds for <see cref="Detach"/> and <see cref="CreateByFd"/>.
    /// </summary>
    public void FlyAway()
    {
        if (!TryEnd(out var fd))
        {
            return;
        }

        DescriptorTable.TellClosing(fd, _owner);
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
    /// Gives the socket up like <see cref="FlyAway"/>, but into a token that owns it on its way to another thread or
    /// actor: what nobody takes is closed when the token is disposed or collected. Further ports of a server go along.
    /// This object cannot be used any more.
    /// </summary>
    /// <returns>The token; null with <see cref="Errno.EBADF"/> after <see cref="Close"/>.</returns>
    public SocketHandoff? Detach()
    {
        if (!TryEnd(out var fd))
        {
            return LastError.Null<SocketHandoff>(Errno.EBADF);
        }

        DescriptorTable.TellClosing(fd, _owner);
        _fd = -1;
        GC.SuppressFinalize(this);
        var taken = new Tcp(fd, _owner) { _ports = _ports, _receiveEnd = _receiveEnd, _receivesNoMore = _receivesNoMore, _connectError = _connectError, _peer = _peer };
        _ports = null;
        Leave();
        return new SocketHandoff(taken);
    }

    /// <summary>Begins a call. While one is under way the descriptor stays open, so that a Close from elsewhere never makes it use another's. False: closed.</summary>
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
            Release();
        }
    }

    /// <summary>Whether a thread waits inside of a call on this object.</summary>
    internal bool IsWaiting => Volatile.Read(ref _waiting) > 0;

    private bool IsClosed => Volatile.Read(ref _uses) < 0;

    /// <summary>
    /// Ends the object: true for the one who does. From here on every call answers EBADF. The caller counts as a call
    /// under way until it leaves, so that the descriptor it is given is still this object's.
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

    /// <summary>Waits until the descriptor is ready; EBADF where the object is closed meanwhile.</summary>
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

        // Another object may have taken the descriptor over meanwhile: what is there now is for that one.
        return IsClosed || !IsOwner ? Errno.EBADF : errno;
    }

    /// <summary>Closes the descriptor, once, however many come here.</summary>
    private void Release()
    {
        var fd = Interlocked.Exchange(ref _fd, -1);
        if (fd < 0)
        {
            return;
        }

        GC.SuppressFinalize(this);
        DescriptorTable.TellClosing(fd, _owner);
        _ports?.Dispose();
        if (DescriptorTable.Disown(fd, _owner))
        {
            if (ClosesWithoutLingering && LingerOf(fd) is { OnOff: not 0, Seconds: not 0 })
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
        // Under the number of several ports stands no socket, but any one of them wakes it.
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

/// <summary>A connect with a callback: runs it once, however the connect ends.</summary>
internal sealed class ConnectWait(Tcp tcp, IReadiness dispatcher, SockAddr remote, Action<Tcp, SockAddr?> callback) : SocketWait(tcp, dispatcher)
{
    public override bool Writes => true;

    /// <summary>What connect(2) itself failed with; told by the callback like any other failure.</summary>
    public Errno AtOnce { get; init; }

    public override int OnReady()
    {
        // A socket that never began to connect is ready at once: it has hung up.
        var errno = AtOnce != Errno.None ? AtOnce : Tcp.ConnectResult(remote);
        return errno == Errno.EINPROGRESS ? 0 : Finish(errno);
    }

    public override int OnDeadline()
    {
        Tcp.AbortConnect();
        return Finish(Errno.ETIMEDOUT);
    }

    private int Finish(Errno errno)
    {
        Dispatcher.Disarm(this);
        if (Tcp.SockFd < 0)
        {
            return 0;
        }

        if (errno != Errno.None)
        {
            Tcp.NoteConnectError(errno);
            LastError.Fail(errno);
        }

        callback(Tcp, errno == Errno.None ? remote : null);
        return 1;
    }
}

/// <summary>What a further port of a server takes over from the first, before it is bound: the options that decide who may connect, and those that accepted connections inherit.</summary>
internal static unsafe class ListenerOptions
{
    private static readonly (int Level, int Name)[] Inherited =
    [
        (SocketNumbers.LevelSocket, SocketNumbers.SoReuseAddr),
        (SocketNumbers.LevelSocket, SocketNumbers.SoKeepAlive),
        (SocketNumbers.LevelSocket, SocketNumbers.SoLinger),
        (SocketNumbers.LevelTcp, SocketNumbers.TcpNoDelay),
        (SocketNumbers.LevelTcp, SocketNumbers.TcpKeepIdle),
        (SocketNumbers.LevelTcp, SocketNumbers.TcpKeepInterval),
        (SocketNumbers.LevelTcp, SocketNumbers.TcpKeepCount),
        (SocketNumbers.LevelTcp, SocketNumbers.TcpUserTimeout),
        (SocketNumbers.LevelIp, SocketNumbers.IpTtl),
        (SocketNumbers.LevelIPv6, SocketNumbers.IPv6UnicastHops),
        (SocketNumbers.LevelIPv6, SocketNumbers.IPv6Only),
        (SocketNumbers.LevelSocket, SocketNumbers.SoBindToDevice),
    ];

    /// <summary>Copies them. An option that the socket does not know, such as IPv6's on IPv4, is passed over.</summary>
    public static Errno Copy(int from, int to)
    {
        var value = stackalloc byte[SocketNumbers.InterfaceNameMax + 1];
        foreach (var (level, name) in Inherited)
        {
            uint length = SocketNumbers.InterfaceNameMax + 1;
            if (Libc.GetSockOpt(from, level, name, value, &length) == 0
                && Libc.SetSockOpt(to, level, name, value, length) != 0
                && LastError.OfLibc is var errno and not Errno.ENOPROTOOPT)
            {
                return errno;
            }
        }

        CopyBufferSize(from, to, SocketNumbers.SoRcvBuf);
        CopyBufferSize(from, to, SocketNumbers.SoSndBuf);
        return Errno.None;
    }

    /// <summary>Only where it was set: setting it, to the same size even, would end the kernel's own tuning.</summary>
    private static void CopyBufferSize(int from, int to, int name)
    {
        int wanted;
        int present;
        uint length = sizeof(int);
        if (Libc.GetSockOpt(from, SocketNumbers.LevelSocket, name, &wanted, &length) == 0
            && Libc.GetSockOpt(to, SocketNumbers.LevelSocket, name, &present, &length) == 0
            && wanted != present)
        {
            wanted /= 2;
            _ = Libc.SetSockOpt(to, SocketNumbers.LevelSocket, name, &wanted, length);
        }
    }
}

/// <summary>Steps through the pieces of a gathering send.</summary>
internal static unsafe class VectorCursor
{
    /// <summary>Takes what was sent off the front: whole pieces are dropped, empty ones too, and the first of the rest is shortened.</summary>
    public static void Advance(ref IoVec* vectors, ref int count, nint sent)
    {
        var left = (nuint)sent;
        while (count > 0 && vectors->Length <= left)
        {
            left -= vectors->Length;
            vectors++;
            count--;
        }

        if (left > 0)
        {
            vectors->Base = (byte*)vectors->Base + left;
            vectors->Length -= left;
        }
    }
}
