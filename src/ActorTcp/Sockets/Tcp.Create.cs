using System.Text;
using ActorTcp.EventLoop;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>Making the object: a server, a client, or from a descriptor.</content>
public sealed unsafe partial class Tcp
{
    private const int BacklogMax = 65535;

    /// <summary>
    /// Creates a server that listens on an address, with SO_REUSEADDR set. On <c>::</c> it accepts IPv4 connections too, unless net.ipv6.bindv6only is set.
    /// </summary>
    /// <param name="addr">The address to listen on. With port 0 the system chooses the port, and <see cref="SockName"/> has it. Null, which <see cref="SockAddr(string, int, int)"/> returns for a malformed address, is <see cref="Errno.EINVAL"/>.</param>
    /// <param name="backlog">
    /// The maximum number of connections in the backlog. A value out of the range 1 to 65535 is replaced by the nearest limit. The kernel reduces it to
    /// net.core.somaxconn. Defaults to 5.
    /// </param>
    /// <param name="dev">The network interface to bind to; null, the default, or empty for all interfaces.</param>
    /// <returns>
    /// The server; null with the errno, for example <see cref="Errno.EADDRINUSE"/>, <see cref="Errno.EADDRNOTAVAIL"/>, <see cref="Errno.EACCES"/>,
    /// <see cref="Errno.ENODEV"/> for an unknown interface, <see cref="Errno.EMFILE"/>, or
    /// <see cref="Errno.EAFNOSUPPORT"/> for a Unix socket.
    /// </returns>
    public static Tcp? CreateServer(SockAddr? addr, int backlog = 5, string? dev = null)
    {
        if (addr is null || addr.IsUnix)
        {
            return LastError.Null<Tcp>(addr is null ? Errno.EINVAL : Errno.EAFNOSUPPORT);
        }

        return OpenServer(addr, backlog, string.IsNullOrEmpty(dev) ? ListenOptions.Default : new ListenOptions { Device = dev }, out _);
    }

    /// <summary>Creates a server that listens on an address, with options that are set before the bind. The address may be that of a Unix socket.</summary>
    /// <param name="addr">The address.</param>
    /// <param name="backlog">The backlog, as in <see cref="CreateServer"/>.</param>
    /// <param name="options">The options.</param>
    /// <param name="refused">The option that could not be set; null on success, or if the failure has another cause.</param>
    internal static Tcp? OpenServer(SockAddr addr, int backlog, ListenOptions options, out SocketOption? refused)
    {
        refused = null;
        var fd = OpenSocket(addr.Domain);
        if (fd < 0)
        {
            return LastError.Null<Tcp>((Errno)(-fd));
        }

        var tcp = FromNew(fd);
        refused = addr.IsUnix ? null : tcp.FirstRefused(options.SocketOptions);
        var errno = refused is null ? PrepareListener(fd, addr, backlog, options, like: -1) : LastErrno;
        if (errno == Errno.None)
        {
            return tcp;
        }

        tcp.Close();
        return LastError.Null<Tcp>(errno);
    }

    /// <summary>Connects to an address, and waits until the connect has succeeded or failed.</summary>
    /// <param name="addr">The peer's address. Null, which <see cref="SockAddr(string, int, int)"/> returns for a malformed address, is <see cref="Errno.EINVAL"/>.</param>
    /// <param name="timeout">The maximum time to wait; null waits as long as the kernel tries. Defaults to null.</param>
    /// <returns>
    /// The connection; null with <see cref="Errno.ETIMEDOUT"/> if the time is over, or with the errno of the kernel, for example
    /// <see cref="Errno.ECONNREFUSED"/>, <see cref="Errno.ENETUNREACH"/>, <see cref="Errno.EHOSTUNREACH"/>, or
    /// <see cref="Errno.EAFNOSUPPORT"/> for a Unix socket.
    /// </returns>
    [OverloadResolutionPriority(1)]
    public static Tcp? CreateClient(SockAddr? addr, TimeSpan? timeout = null)
    {
        if (addr is null || timeout < TimeSpan.Zero || addr.IsUnix)
        {
            return LastError.Null<Tcp>(addr is { IsUnix: true } ? Errno.EAFNOSUPPORT : Errno.EINVAL);
        }

        var deadline = Deadline.After(timeout);
        var fd = OpenSocket(addr.Domain);
        if (fd < 0)
        {
            return LastError.Null<Tcp>((Errno)(-fd));
        }

        var errno = BeginConnect(fd, addr);
        if (errno == Errno.EINPROGRESS)
        {
            errno = DescriptorWait.Until(fd, PollFd.Out, deadline);
            errno = errno == Errno.None ? ConnectResult(fd, addr) : errno == Errno.EAGAIN ? Errno.ETIMEDOUT : errno;
        }

        if (errno == Errno.None)
        {
            return FromNew(fd, PeerOf(fd));
        }

        _ = Libc.Close(fd);
        return LastError.Null<Tcp>(errno);
    }

    /// <summary>
    /// Takes over a descriptor that other code has opened, or that another object owns or has released with <see cref="FlyAway"/>. Later calls on that object
    /// fail with <see cref="Errno.EBADF"/>, and its FlyAway or Close does nothing. The descriptor becomes non-blocking and close-on-exec. If the result is
    /// null, the descriptor stays with its owner.
    /// </summary>
    /// <param name="sockFd">The descriptor.</param>
    /// <returns>
    /// The object; null with <see cref="Errno.EBADF"/> if the number is not open, with <see cref="Errno.ENOTSOCK"/> if it is not a socket, or with
    /// <see cref="Errno.EPROTOTYPE"/> if it is not a TCP socket.
    /// </returns>
    public static Tcp? CreateByFd(int sockFd)
    {
        var errno = IsOpen(sockFd) ? Errno.None : Errno.EBADF;
        if (errno == Errno.None)
        {
            errno = TcpSocketOrNot(sockFd);
        }

        if (errno != Errno.None)
        {
            return LastError.Null<Tcp>(errno);
        }

        if (!TryNonBlocking(sockFd) || !TryCloseOnExec(sockFd))
        {
            return LastError.Null<Tcp>(LastError.OfLibc);
        }

        return new Tcp(sockFd, DescriptorTable.TakeOver(sockFd)) { _peer = PeerOf(sockFd) };
    }

    private static bool TryNonBlocking(int fd) => Libc.Fcntl(fd, SocketNumbers.FcntlGetStatusFlags, 0) is var flags and >= 0
        && Libc.Fcntl(fd, SocketNumbers.FcntlSetStatusFlags, flags | SocketNumbers.TypeNonBlocking) >= 0;

    private static Tcp FromNew(int fd, SockAddr? peer = null) => new(fd, DescriptorTable.Own(fd)) { _peer = peer };

    private static SockAddr? PeerOf(int fd) => NameOf(fd, peer: true)?.Unmap();

    private static bool IsOpen(int fd) => Libc.Fcntl(fd, SocketNumbers.FcntlGetDescriptorFlags, 0) >= 0;

    private static Errno TcpSocketOrNot(int fd)
    {
        var type = ReadOption(fd, SocketNumbers.LevelSocket, SocketNumbers.SoType);
        if (type < 0)
        {
            return (Errno)(-type);
        }

        var isTcp = type == SocketNumbers.TypeStream
            && ReadOption(fd, SocketNumbers.LevelSocket, SocketNumbers.SoDomain) is AF_INET or AF_INET6
            && ReadOption(fd, SocketNumbers.LevelSocket, SocketNumbers.SoProtocol) == SocketNumbers.ProtocolTcp;
        return isTcp ? Errno.None : Errno.EPROTOTYPE;
    }

    /// <summary>A new socket, or minus the errno.</summary>
    private static int OpenSocket(int domain)
    {
        var fd = Libc.Socket(
            domain,
            SocketNumbers.TypeStream | SocketNumbers.TypeNonBlocking | SocketNumbers.TypeCloseOnExec,
            domain == SocketNumbers.FamilyUnix ? 0 : SocketNumbers.ProtocolTcp);
        return fd >= 0 ? fd : -(int)LastError.OfLibc;
    }

    /// <summary>Opens a listening socket. Returns its descriptor, or minus the errno of the step that failed.</summary>
    /// <param name="addr">The address.</param>
    /// <param name="backlog">The backlog.</param>
    /// <param name="options">The options that are set before the bind.</param>
    /// <param name="like">The descriptor of a listener whose options are copied; negative for none.</param>
    private static int OpenListener(SockAddr addr, int backlog, ListenOptions options, int like)
    {
        var fd = OpenSocket(addr.Domain);
        if (fd < 0)
        {
            return fd;
        }

        var errno = PrepareListener(fd, addr, backlog, options, like);
        if (errno == Errno.None)
        {
            return fd;
        }

        _ = Libc.Close(fd);
        return -(int)errno;
    }

    private static Errno PrepareListener(int fd, SockAddr addr, int backlog, ListenOptions options, int like)
    {
        var errno = like >= 0 ? ListenerOptions.Copy(like, fd) : SetOptions(fd, addr, options);
        if (errno != Errno.None)
        {
            return errno;
        }

        if (addr is { IsUnix: true, UnixPath: "" })
        {
            // The kernel would choose an abstract name (unix(7)), which no client could know.
            return Errno.EINVAL;
        }

        var length = addr.WriteTo(out var storage);
        if (Libc.Bind(fd, &storage, length) != 0)
        {
            return LastError.OfLibc;
        }

        // The kernel refuses connects before the listen, so no client sees the permissions of the umask.
        errno = options.UnixMode is { } mode && addr.IsUnixFile ? SocketFile.SetMode(addr.UnixPath!, mode) : Errno.None;
        if (errno == Errno.None && Libc.Listen(fd, Math.Clamp(backlog, 1, BacklogMax)) != 0)
        {
            errno = LastError.OfLibc;
        }

        if (errno != Errno.None && addr.IsUnixFile)
        {
            _ = SocketFile.Unlink(addr.UnixPath!);
        }

        return errno;
    }

    private static Errno SetOptions(int fd, SockAddr addr, ListenOptions options)
    {
        var errno = options.ReuseAddress && !addr.IsUnix ? WriteOption(fd, SocketNumbers.LevelSocket, SocketNumbers.SoReuseAddr, 1) : Errno.None;
        if (errno == Errno.None && options.IPv6Only is { } isOnly && addr.Domain == AF_INET6)
        {
            errno = WriteOption(fd, SocketNumbers.LevelIPv6, SocketNumbers.IPv6Only, isOnly ? 1 : 0);
        }

        if (errno == Errno.None && options.RecvBufferSize > 0)
        {
            errno = WriteOption(fd, SocketNumbers.LevelSocket, SocketNumbers.SoRcvBuf, options.RecvBufferSize);
        }

        if (errno == Errno.None && options.SendBufferSize > 0)
        {
            errno = WriteOption(fd, SocketNumbers.LevelSocket, SocketNumbers.SoSndBuf, options.SendBufferSize);
        }

        return errno == Errno.None && !string.IsNullOrEmpty(options.Device) && !addr.IsUnix ? BindDescriptorToDevice(fd, options.Device) : errno;
    }

    /// <summary>Starts a connect. Usually returns EINPROGRESS.</summary>
    private static Errno BeginConnect(int fd, SockAddr addr)
    {
        var length = addr.WriteTo(out var storage);
        if (Libc.Connect(fd, &storage, length) == 0)
        {
            return ConnectResult(fd, addr);
        }

        var errno = LastError.OfLibc;
        return errno == Errno.EINTR ? Errno.EINPROGRESS : errno;
    }

    /// <summary>
    /// The result of a connect. If a connect goes to a port of this host without a listener, the kernel may choose the same port as the local port. The socket
    /// is then connected to itself. No caller wants that, so it counts as refused.
    /// </summary>
    private static Errno ConnectResult(int fd, SockAddr addr)
    {
        var errno = ReadOption(fd, SocketNumbers.LevelSocket, SocketNumbers.SoError);
        return errno != 0 ? (Errno)Math.Abs(errno)
            : addr.IsUnix ? Errno.None
            : NameOf(fd, peer: false)?.Port == addr.Port && NameOf(fd, peer: false) == NameOf(fd, peer: true) ? Errno.ECONNREFUSED
            : Errno.None;
    }

    private static Errno BindDescriptorToDevice(int fd, string name)
    {
        // The kernel truncates a longer name and might find another interface.
        var bytes = Encoding.UTF8.GetBytes(name);
        if (bytes.Length > SocketNumbers.InterfaceNameMax || bytes.Contains((byte)0))
        {
            return Errno.ENODEV;
        }

        fixed (byte* start = bytes)
        {
            // An empty name removes the binding. fixed returns a null pointer for it, which is valid with length 0.
            return Libc.SetSockOpt(fd, SocketNumbers.LevelSocket, SocketNumbers.SoBindToDevice, start, (uint)bytes.Length) == 0
                ? Errno.None
                : LastError.OfLibc;
        }
    }
}

/// <summary>The options of a server socket that must be set before the bind.</summary>
internal sealed record ListenOptions
{
    /// <summary>The options of <see cref="Tcp.CreateServer"/>: only SO_REUSEADDR is set.</summary>
    public static readonly ListenOptions Default = new();

    /// <summary>The network interface to bind to; null or empty for all interfaces. Without effect on a Unix socket.</summary>
    public string? Device { get; init; }

    /// <summary>The permissions of the file of a Unix socket; null: those of the umask.</summary>
    public UnixFileMode? UnixMode { get; init; }

    /// <summary>Whether the address can be bound while old connections of it linger (SO_REUSEADDR). Without effect on a Unix socket.</summary>
    public bool ReuseAddress { get; init; } = true;

    /// <summary>Whether an IPv6 socket refuses IPv4; null for the system's default. It has no effect on an IPv4 socket.</summary>
    public bool? IPv6Only { get; init; }

    /// <summary>The receive buffer's size in bytes; 0 is the kernel's default. TCP negotiates the window scale by it when a client connects.</summary>
    public int RecvBufferSize { get; init; }

    /// <summary>The send buffer's size in bytes; 0 is the kernel's default.</summary>
    public int SendBufferSize { get; init; }

    /// <summary>
    /// The options that accepted connections inherit, which saves system calls for each of them, and those of the server socket alone. Without effect on a
    /// Unix socket.
    /// </summary>
    public IReadOnlyList<SocketOption> SocketOptions { get; init; } = [];
}

/// <summary>The options that a further port of a server copies from the first before the bind: those that restrict the clients, and those that accepted connections inherit.</summary>
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
        (SocketNumbers.LevelTcp, SocketNumbers.TcpCongestion),
        (SocketNumbers.LevelTcp, SocketNumbers.TcpNotSentLowWater),
        (SocketNumbers.LevelTcp, SocketNumbers.TcpFastOpen),
        (SocketNumbers.LevelIp, SocketNumbers.IpTtl),
        (SocketNumbers.LevelIp, SocketNumbers.IpTos),
        (SocketNumbers.LevelIPv6, SocketNumbers.IPv6UnicastHops),
        (SocketNumbers.LevelIPv6, SocketNumbers.IPv6TrafficClass),
        (SocketNumbers.LevelIPv6, SocketNumbers.IPv6Only),
        (SocketNumbers.LevelSocket, SocketNumbers.SoBindToDevice),
        (SocketNumbers.LevelSocket, SocketNumbers.SoMark),
    ];

    /// <summary>
    /// Copies the options. An option that the socket does not have, such as one of IPv6 on IPv4, is skipped. A mark of 0 is too, because only a privileged
    /// process may set it.
    /// </summary>
    public static Errno Copy(int from, int to)
    {
        var value = stackalloc byte[SocketNumbers.InterfaceNameMax + 1];
        foreach (var (level, name) in Inherited)
        {
            uint length = SocketNumbers.InterfaceNameMax + 1;
            if (Libc.GetSockOpt(from, level, name, value, &length) == 0
                && !(name == SocketNumbers.SoMark && level == SocketNumbers.LevelSocket && *(int*)value == 0)
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

    /// <summary>Copies a size only if it was set: setting it, even to the same size, would end the kernel's own tuning.</summary>
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
