using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>The calls with a callback.</content>
public sealed unsafe partial class Tcp
{
    private AcceptWait? _accepting;

    /// <summary>
    /// Connects to an address, and calls a callback when the connect has succeeded or failed. The callback is called once, in a turn of the calling thread's
    /// dispatcher (<see cref="PollDispatcher.Current"/>). <see cref="Close"/> before that cancels the connect and the callback.
    /// </summary>
    /// <param name="addr">The peer's address. Null, which <see cref="SockAddr(string, int, int)"/> returns for a malformed address, is <see cref="Errno.EINVAL"/>.</param>
    /// <param name="callback">
    /// Receives the object and the peer's address. The address is null if the connect failed, and <see cref="Error"/> returns the reason.
    /// </param>
    /// <param name="timeout">
    /// The time after which the connect fails with <see cref="Errno.ETIMEDOUT"/>; null waits as long as the kernel tries. Defaults to null.
    /// </param>
    /// <returns>
    /// The object at once, not connected yet. Null, and no callback, if no socket can be opened: <see cref="Errno.EMFILE"/>, <see cref="Errno.ENFILE"/>,
    /// <see cref="Errno.EINVAL"/>.
    /// </returns>
    /// <exception cref="ArgumentNullException">The callback is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// No code would poll the calling thread's dispatcher, because it is a thread of the thread pool or runs an actor. See docs/polling.md.
    /// </exception>
    public static Tcp? CreateClient(SockAddr? addr, Action<Tcp, SockAddr?> callback, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        if (addr is null || timeout < TimeSpan.Zero)
        {
            return LastError.Null<Tcp>(Errno.EINVAL);
        }

        return PollDispatcher.ToArm("Tcp.CreateClient(addr, callback)") is { } dispatcher
            ? CreateClient(addr, callback, timeout, dispatcher)
            : LastError.Null<Tcp>(Errno.EMFILE);
    }

    /// <summary>
    /// Accepts connections and calls a callback with each, in the turns of the calling thread's dispatcher (<see cref="PollDispatcher.Current"/>), until
    /// <see cref="Close"/> or until the callback is removed. A new callback replaces the old one.
    /// </summary>
    /// <remarks>
    /// An exception of the callback goes to <see cref="PollDispatcher.Unhandled"/> or is thrown by <see cref="PollDispatcher.Poll"/>, and accepting continues.
    /// If no descriptor is free (<see cref="Errno.EMFILE"/>), accepting pauses for 100 ms. Meanwhile the connections stay in the backlog.
    /// </remarks>
    /// <param name="callback">Receives the connection and the peer's address. Null removes the current callback.</param>
    /// <returns>
    /// True; false with <see cref="Errno.EINVAL"/> if the socket does not listen, with <see cref="Errno.EBADF"/> after <see cref="Close"/>, or with
    /// <see cref="Errno.EMFILE"/> without a descriptor for the dispatcher.
    /// </returns>
    /// <exception cref="InvalidOperationException">
    /// The callback is not null, and no code would poll the calling thread's dispatcher, because it is a thread of the thread pool or runs an actor. See
    /// docs/polling.md.
    /// </exception>
    public bool Accept(Action<Tcp, SockAddr>? callback)
    {
        // A closed object answers EBADF on any thread.
        if (callback is not null && SockFd >= 0)
        {
            PollDispatcher.CheckArming("Tcp.Accept(callback)");
        }

        return Accept(callback, null);
    }

    internal static Tcp? CreateClient(SockAddr addr, Action<Tcp, SockAddr?> callback, TimeSpan? timeout, PollDispatcher dispatcher)
    {
        var fd = addr.IsUnix ? -(int)Errno.EAFNOSUPPORT : OpenSocket(addr.Domain);
        if (fd < 0)
        {
            return LastError.Null<Tcp>((Errno)(-fd));
        }

        var errno = BeginConnect(fd, addr);
        var tcp = FromNew(fd);
        var wait = new ConnectWait(tcp, dispatcher, addr, callback)
        {
            AtOnce = errno is Errno.EINPROGRESS ? Errno.None : errno,
        };
        errno = wait.Arm();
        if (errno != Errno.None)
        {
            tcp.Close();
            return LastError.Null<Tcp>(errno);
        }

        if (timeout is { } time)
        {
            wait.CallLater(time);
        }

        return tcp;
    }

    /// <summary>
    /// Starts a connect. The loop that owns the object waits for it: when the socket is writable, or has hung up,
    /// <see cref="ConnectResult(SockAddr)"/> returns the result. Null with the reason if the connect fails at once.
    /// </summary>
    /// <param name="addr">The peer's address.</param>
    /// <param name="local">The local address: an address of this machine, and a port or 0. With null the kernel chooses it.</param>
    /// <param name="errno">
    /// The error: EADDRINUSE if the local address is in use, EADDRNOTAVAIL if this machine does not have it, or an error of connect(2).
    /// </param>
    internal static Tcp? BeginClient(SockAddr addr, SockAddr? local, out Errno errno) => BeginClient(addr, local, [], out errno, out _);

    /// <summary>Starts a connect with options that are set before it, except on a Unix socket.</summary>
    /// <param name="addr">The peer's address.</param>
    /// <param name="local">The local address, or null.</param>
    /// <param name="options">The options.</param>
    /// <param name="errno">EINPROGRESS; None if the connect has succeeded at once; or the error.</param>
    /// <param name="refused">The option that could not be set; null on success, or if the failure has another cause.</param>
    internal static Tcp? BeginClient(SockAddr addr, SockAddr? local, IReadOnlyList<SocketOption> options, out Errno errno, out SocketOption? refused)
    {
        refused = null;
        var fd = OpenSocket(addr.Domain);
        if (fd < 0)
        {
            errno = (Errno)(-fd);
            return null;
        }

        var tcp = FromNew(fd);
        refused = addr.IsUnix ? null : tcp.FirstRefused(options);
        errno = refused is not null ? LastErrno : local is null ? Errno.None : BindClient(fd, local);
        if (errno == Errno.None)
        {
            errno = BeginConnect(fd, addr);
        }

        if (errno is Errno.None or Errno.EINPROGRESS)
        {
            return tcp;
        }

        tcp.Close();
        return null;
    }

    private static Errno BindClient(int fd, SockAddr local)
    {
        // A port can be bound again while an old connection of it is in TIME_WAIT. Port 0 is chosen by connect(2), which knows the peer.
        _ = local.Port == 0
            ? WriteOption(fd, SocketNumbers.LevelIp, SocketNumbers.IpBindAddressNoPort, 1)
            : WriteOption(fd, SocketNumbers.LevelSocket, SocketNumbers.SoReuseAddr, 1);
        var length = local.WriteTo(out var storage);
        return Libc.Bind(fd, &storage, length) == 0 ? Errno.None : LastError.OfLibc;
    }

    internal bool Accept(Action<Tcp, SockAddr>? callback, PollDispatcher? dispatcher)
        => Enter() && Done(SetAccepting(callback, dispatcher));

    /// <summary>Calls <see cref="TryAccept"/> inside a guarded call, so that another thread may close the object meanwhile.</summary>
    internal Tcp? AcceptGuarded(out SockAddr? remote, out Errno errno)
    {
        if (!Enter())
        {
            remote = null;
            errno = Errno.EBADF;
            return null;
        }

        var accepted = TryAccept(out remote, out errno);
        Leave();
        return accepted;
    }

    /// <summary>The result of the asynchronous connect; EINPROGRESS if it has not ended.</summary>
    internal Errno ConnectResult(SockAddr remote)
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        var errno = StateOf(_fd) == TcpState.SynSent ? Errno.EINPROGRESS : ConnectResult(_fd, remote);
        if (errno == Errno.None)
        {
            _peer = PeerOf(_fd) ?? remote.Unmap();
        }

        Leave();
        return errno;
    }

    /// <summary>Aborts an asynchronous connect, so that it cannot succeed later.</summary>
    internal void AbortConnect()
    {
        if (Enter())
        {
            Abort(_fd);
            _ = ReadOption(_fd, SocketNumbers.LevelSocket, SocketNumbers.SoError);
            Leave();
        }
    }

    /// <summary>Keeps the errno of a failed connect for <see cref="Error"/>. Reading it cleared the kernel's copy.</summary>
    internal void NoteConnectError(Errno errno)
    {
        _connectError = errno;
        NoteBroken(errno);
    }

    private Errno SetAccepting(Action<Tcp, SockAddr>? callback, PollDispatcher? dispatcher)
    {
        if (callback is null)
        {
            _accepting?.Disarm();
            _accepting = null;
            return Errno.None;
        }

        if (!IsListening(ListenerFd))
        {
            return Errno.EINVAL;
        }

        dispatcher ??= PollDispatcher.ToArm("Tcp.Accept(callback)");
        if (dispatcher is null)
        {
            return Errno.EMFILE;
        }

        if (_accepting is { IsArmed: true } armed && armed.Dispatcher == dispatcher)
        {
            armed.Callback = callback;
            return Errno.None;
        }

        _accepting?.Disarm();
        _accepting = null;
        var wait = new AcceptWait(this, dispatcher, callback);
        var errno = wait.Arm();
        if (errno == Errno.None)
        {
            _accepting = wait;
        }

        return errno;
    }

    /// <summary>Connects to AF_UNSPEC, which resets a connection, or cancels a connect.</summary>
    private static void Abort(int fd)
    {
        SockAddrStorage nowhere = default;
        _ = Libc.Connect(fd, &nowhere, SockAddrStorage.Size);
    }

    /// <summary>
    /// Accepts connections and calls an async callback with each, in the turns of the calling thread's dispatcher (<see cref="PollDispatcher.Current"/>), until
    /// <see cref="Close"/> or until the callback is removed. The compiler prefers this overload for an async lambda.
    /// </summary>
    /// <remarks>
    /// The callback starts on the dispatcher's thread. It is not awaited, so the next connection is accepted meanwhile. After an await it continues on the
    /// thread pool. Its exceptions, before or after an await, go to <see cref="PollDispatcher.Unhandled"/> or are thrown by <see cref="PollDispatcher.Poll"/>.
    /// </remarks>
    /// <param name="callback">Receives the connection and the peer's address. Null removes the current callback.</param>
    /// <returns>
    /// True; false with <see cref="Errno.EINVAL"/> if the socket does not listen, with <see cref="Errno.EBADF"/> after <see cref="Close"/>, or with
    /// <see cref="Errno.EMFILE"/> without a descriptor for the dispatcher.
    /// </returns>
    /// <exception cref="InvalidOperationException">
    /// The callback is not null, and no code would poll the calling thread's dispatcher, because it is a thread of the thread pool or runs an actor. See
    /// docs/polling.md.
    /// </exception>
    [OverloadResolutionPriority(1)]
    public bool Accept(Func<Tcp, SockAddr, Task>? callback)
    {
        if (callback is null || SockFd < 0)
        {
            return Accept((Action<Tcp, SockAddr>?)null);
        }

        return PollDispatcher.ToArm("Tcp.Accept(callback)") is { } dispatcher
            ? Accept(new TaskCallback<SockAddr>(callback, dispatcher).Call, dispatcher)
            : LastError.No(Errno.EMFILE);
    }

    /// <summary>
    /// Connects to an address, and calls an async callback in a turn of the calling thread's dispatcher (<see cref="PollDispatcher.Current"/>) when the connect
    /// has succeeded or failed. The compiler prefers this overload for an async lambda.
    /// </summary>
    /// <remarks>
    /// The exceptions of the callback, before or after an await, go to <see cref="PollDispatcher.Unhandled"/> or are thrown by
    /// <see cref="PollDispatcher.Poll"/>. <see cref="Close"/> before the call cancels the connect and the callback.
    /// </remarks>
    /// <param name="addr">The peer's address. Null is <see cref="Errno.EINVAL"/>.</param>
    /// <param name="callback">
    /// Receives the object and the peer's address. The address is null if the connect failed, and <see cref="Error"/> returns the reason. After an await it
    /// continues on the thread pool.
    /// </param>
    /// <param name="timeout">
    /// The time after which the connect fails with <see cref="Errno.ETIMEDOUT"/>; null waits as long as the kernel tries. Defaults to null.
    /// </param>
    /// <returns>
    /// The object at once, not connected yet. Null, and no callback, if no socket can be opened: <see cref="Errno.EMFILE"/>, <see cref="Errno.ENFILE"/>,
    /// <see cref="Errno.EINVAL"/>.
    /// </returns>
    /// <exception cref="ArgumentNullException">The callback is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// No code would poll the calling thread's dispatcher, because it is a thread of the thread pool or runs an actor. See docs/polling.md.
    /// </exception>
    public static Tcp? CreateClient(SockAddr? addr, Func<Tcp, SockAddr?, Task> callback, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        if (addr is null || timeout < TimeSpan.Zero)
        {
            return LastError.Null<Tcp>(Errno.EINVAL);
        }

        return PollDispatcher.ToArm("Tcp.CreateClient(addr, callback)") is { } dispatcher
            ? CreateClient(addr, new TaskCallback<SockAddr?>(callback, dispatcher).Call, timeout, dispatcher)
            : LastError.Null<Tcp>(Errno.EMFILE);
    }
}
