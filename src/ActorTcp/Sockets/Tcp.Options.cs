using System.Text;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>Socket options. Each returns false (or minus the errno) with <see cref="Errno.EBADF"/> after <see cref="Close"/>.</content>
public sealed unsafe partial class Tcp
{
    internal const int BufferMin = 1024;
    internal const int BufferMax = 16 * 1024 * 1024;
    private const int LingerMax = 32767;
    internal const int DscpMax = 63;
    internal const int FastOpenMax = 65535;
    private const int TtlMax = 255;

    // Linux's MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL and MAX_TCP_KEEPCNT (include/net/tcp.h).
    private const int KeepAliveSecondsMax = 32767;
    private const int KeepAliveCountMax = 127;

    /// <summary>Binds the socket to a network interface, through which alone it sends and receives (SO_BINDTODEVICE, socket(7)).</summary>
    /// <param name="name">The interface; null, the default, or empty removes the binding.</param>
    /// <returns>True; false with <see cref="Errno.ENODEV"/> for an unknown interface, or with <see cref="Errno.EPERM"/> without the right.</returns>
    public bool BindToDevice(string? name = null)
    {
        if (!Enter())
        {
            return false;
        }

        var errno = BindDescriptorToDevice(ListenerFd, name ?? "");
        for (var i = 0; errno == Errno.None && i < _ports?.Count; i++)
        {
            errno = BindDescriptorToDevice(_ports[i], name ?? "");
        }

        return Done(errno);
    }

    /// <summary>
    /// Enables or disables keep-alive probes, with which the kernel detects that an idle peer is unreachable (SO_KEEPALIVE, socket(7)). Times are rounded up to
    /// whole seconds.
    /// </summary>
    /// <param name="enable">Whether probes are sent.</param>
    /// <param name="idle">The idle time before the first probe, in milliseconds: 1 ms to 32767 s. Required if probes are enabled.</param>
    /// <param name="interval">The time between two probes, in milliseconds, at most 32767 s. Null, the default, means <paramref name="idle"/>.</param>
    /// <param name="count">The number of unanswered probes after which the connection fails with ETIMEDOUT: 1 to 127. Defaults to 3.</param>
    /// <returns>True; false with <see cref="Errno.EINVAL"/> if a value is out of its range. In that case nothing has changed.</returns>
    public bool SetKeepAlive(bool enable, int? idle = null, int? interval = null, int count = 3)
    {
        if (!Enter())
        {
            return false;
        }

        if (!enable)
        {
            return Done(Set(SocketNumbers.LevelSocket, SocketNumbers.SoKeepAlive, 0));
        }

        // All limits are checked before the first option is set, so that a refused call changes nothing on any port.
        var idleSeconds = WholeSeconds(idle ?? 0);
        var intervalSeconds = WholeSeconds(interval ?? idle ?? 0);
        if (idleSeconds is < 1 or > KeepAliveSecondsMax || intervalSeconds is < 1 or > KeepAliveSecondsMax || count is < 1 or > KeepAliveCountMax)
        {
            return Done(Errno.EINVAL);
        }

        var errno = Set(SocketNumbers.LevelTcp, SocketNumbers.TcpKeepIdle, idleSeconds);
        if (errno == Errno.None)
        {
            errno = Set(SocketNumbers.LevelTcp, SocketNumbers.TcpKeepInterval, intervalSeconds);
        }

        if (errno == Errno.None)
        {
            errno = Set(SocketNumbers.LevelTcp, SocketNumbers.TcpKeepCount, count);
        }

        return Done(errno == Errno.None ? Set(SocketNumbers.LevelSocket, SocketNumbers.SoKeepAlive, 1) : errno);
    }

    /// <summary>Sets the time for which sent bytes may stay unacknowledged before the connection fails with ETIMEDOUT (TCP_USER_TIMEOUT, tcp(7)).</summary>
    /// <param name="milliseconds">The time in milliseconds. 0 means as long as the kernel retransmits.</param>
    /// <returns>True; false with <see cref="Errno.EINVAL"/> if the time is negative.</returns>
    public bool SetUserTimeout(int milliseconds)
        => Enter() && Done(milliseconds < 0 ? Errno.EINVAL : Set(SocketNumbers.LevelTcp, SocketNumbers.TcpUserTimeout, milliseconds));

    /// <summary>Sets whether the kernel sends small messages at once (TCP_NODELAY, tcp(7)).</summary>
    /// <param name="enable">True: at once. False: the kernel collects them (Nagle's algorithm), which is the default of Linux.</param>
    /// <returns>True; false with <see cref="Errno.EBADF"/> after <see cref="Close"/>.</returns>
    public bool SetNoDelay(bool enable)
        => Enter() && Done(Set(SocketNumbers.LevelTcp, SocketNumbers.TcpNoDelay, enable ? 1 : 0));

    /// <summary>Sets the algorithm of congestion control (TCP_CONGESTION, tcp(7)).</summary>
    /// <param name="name">The algorithm, such as <c>bbr</c>; net.ipv4.tcp_available_congestion_control lists them.</param>
    /// <returns>
    /// True; false with <see cref="Errno.ENOENT"/> for an algorithm that the kernel does not have, or with <see cref="Errno.EPERM"/> for one that
    /// net.ipv4.tcp_allowed_congestion_control does not list, if the process has no CAP_NET_ADMIN.
    /// </returns>
    public bool SetCongestionControl(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!Enter())
        {
            return false;
        }

        // The kernel truncates such a name and might find another algorithm.
        var bytes = Encoding.UTF8.GetBytes(name);
        if (bytes.Length is 0 or > SocketNumbers.CongestionNameMax || bytes.Contains((byte)0))
        {
            return Done(Errno.ENOENT);
        }

        fixed (byte* start = bytes)
        {
            return Done(Set(SocketNumbers.LevelTcp, SocketNumbers.TcpCongestion, start, (uint)bytes.Length));
        }
    }

    /// <summary>
    /// Sets the differentiated services code point of sent packets (RFC 2474; IP_TOS, ip(7), and IPV6_TCLASS, ipv6(7)), by which routers choose how to
    /// forward them. The other two bits of the field belong to the kernel's congestion notification (RFC 3168).
    /// </summary>
    /// <param name="codePoint">The code point: 0 to 63. For example, 46 is expedited forwarding.</param>
    /// <returns>True; false with <see cref="Errno.EINVAL"/> if the number is out of its range.</returns>
    public bool SetDscp(int codePoint)
        => Enter() && Done(codePoint is < 0 or > DscpMax
            ? Errno.EINVAL
            : SetOfFamily(SocketNumbers.IpTos, SocketNumbers.IPv6TrafficClass, codePoint << 2));

    /// <summary>Sets the mark of sent packets, by which the routing and firewall rules of this host match them (SO_MARK, socket(7)).</summary>
    /// <param name="mark">The mark; 0 means none.</param>
    /// <returns>True; false with <see cref="Errno.EPERM"/> if the process has neither CAP_NET_ADMIN nor CAP_NET_RAW.</returns>
    public bool SetMark(uint mark)
        => Enter() && Done(Set(SocketNumbers.LevelSocket, SocketNumbers.SoMark, (int)mark));

    /// <summary>
    /// Sets whether the kernel acknowledges received bytes at once, or with a delay, so that an answer can carry the acknowledgement (TCP_QUICKACK,
    /// tcp(7)). The kernel may change the mode again with each byte that is sent or received.
    /// </summary>
    /// <param name="enable">True: at once.</param>
    /// <returns>True; false with <see cref="Errno.EBADF"/> after <see cref="Close"/>.</returns>
    public bool SetQuickAck(bool enable)
        => Enter() && Done(Set(SocketNumbers.LevelTcp, SocketNumbers.TcpQuickAck, enable ? 1 : 0));

    /// <summary>
    /// Sets the number of unsent bytes in the kernel's send buffer above which the kernel accepts no more (TCP_NOTSENT_LOWAT, tcp(7)). A low number keeps
    /// the send buffer short without limiting the bytes that are sent and not acknowledged.
    /// </summary>
    /// <param name="bytes">The number of bytes: 0 or more. 0 means the value of net.ipv4.tcp_notsent_lowat.</param>
    /// <returns>True; false with <see cref="Errno.EINVAL"/> if the number is negative.</returns>
    public bool SetNotSentLowWater(int bytes)
        => Enter() && Done(bytes < 0 ? Errno.EINVAL : Set(SocketNumbers.LevelTcp, SocketNumbers.TcpNotSentLowWater, bytes));

    /// <summary>
    /// Lets clients send bytes with the first packet of a connect (TCP_FASTOPEN, tcp(7); RFC 7413). It has an effect only if bit 2 of net.ipv4.tcp_fastopen
    /// is set. If the network duplicates such a packet, the server may receive its bytes on two connections.
    /// </summary>
    /// <param name="queue">The maximum number of connections that have sent bytes and have not completed the handshake: 0 to 65535. 0 means off.</param>
    /// <returns>True; false with <see cref="Errno.EINVAL"/> if the number is out of its range, or if the socket is connected.</returns>
    public bool SetFastOpen(int queue)
        => Enter() && Done(queue is < 0 or > FastOpenMax ? Errno.EINVAL : Set(SocketNumbers.LevelTcp, SocketNumbers.TcpFastOpen, queue));

    /// <summary>
    /// Sends the first bytes with the first packet of a connect, if the server supports it (TCP_FASTOPEN_CONNECT, tcp(7); RFC 7413). The connect then
    /// succeeds at once, and begins with the first bytes that are sent. False with EOPNOTSUPP without bit 1 of net.ipv4.tcp_fastopen.
    /// </summary>
    internal bool SetFastOpenConnect()
        => Enter() && Done(Set(SocketNumbers.LevelTcp, SocketNumbers.TcpFastOpenConnect, 1));

    /// <summary>
    /// Sets what <see cref="Close"/> does with unsent bytes (SO_LINGER, socket(7)). If lingering is off, Close returns at once, and the kernel sends them. If it
    /// is on with time 0, Close resets the connection. If it is on with a longer time, Close blocks its thread until all bytes are sent and acknowledged, or the
    /// time is over. The thread of a poll loop is never blocked.
    /// </summary>
    /// <param name="onoff">Whether lingering is on.</param>
    /// <param name="time">The maximum time in seconds: 0 to 32767.</param>
    /// <returns>True; false with <see cref="Errno.EINVAL"/> if the time is out of its range.</returns>
    public bool SetLinger(bool onoff, int time)
    {
        if (!Enter())
        {
            return false;
        }

        if (time is < 0 or > LingerMax)
        {
            return Done(Errno.EINVAL);
        }

        var linger = new Linger { OnOff = onoff ? 1 : 0, Seconds = time };
        return Done(Set(SocketNumbers.LevelSocket, SocketNumbers.SoLinger, &linger, (uint)sizeof(Linger)));
    }

    /// <summary>Sets the time to live of sent packets (IP_TTL, ip(7)); on IPv6 the hop limit.</summary>
    /// <param name="timeToLive">The number of hops: 1 to 255. The documentation allows 0, but Linux does not.</param>
    /// <returns>True; false with <see cref="Errno.EINVAL"/> if the number is out of its range.</returns>
    public bool SetTtl(int timeToLive)
        => Enter() && Done(timeToLive is <= 0 or > TtlMax
            ? Errno.EINVAL
            : SetOfFamily(SocketNumbers.IpTtl, SocketNumbers.IPv6UnicastHops, timeToLive));

    /// <summary>Sets whether an address can be bound while earlier connections of it are in TIME_WAIT (SO_REUSEADDR, socket(7)). On by default for a server.</summary>
    /// <param name="enable">Whether the address can be bound.</param>
    /// <returns>True; false with <see cref="Errno.EBADF"/> after <see cref="Close"/>.</returns>
    public bool SetReuseAddr(bool enable)
        => Enter() && Done(Set(SocketNumbers.LevelSocket, SocketNumbers.SoReuseAddr, enable ? 1 : 0));

    /// <summary>Sets whether an IPv6 socket refuses IPv4 (IPV6_V6ONLY, ipv6(7)). Possible only before the socket is bound.</summary>
    /// <param name="enable">Whether IPv4 is refused.</param>
    /// <returns>True; false with <see cref="Errno.EINVAL"/> after the bind, or with <see cref="Errno.ENOPROTOOPT"/> on an IPv4 socket.</returns>
    public bool SetIPv6Only(bool enable)
        => Enter() && Done(Set(SocketNumbers.LevelIPv6, SocketNumbers.IPv6Only, enable ? 1 : 0));

    /// <summary>Returns the size of the kernel's receive buffer in bytes, as <see cref="SetRecvBufferSize"/> sets it, or minus the errno.</summary>
    public SocketResult GetRecvBufferSize() => GetBufferSize(SocketNumbers.SoRcvBuf);

    /// <summary>Returns the size of the kernel's send buffer in bytes, as <see cref="SetSendBufferSize"/> sets it, or minus the errno.</summary>
    public SocketResult GetSendBufferSize() => GetBufferSize(SocketNumbers.SoSndBuf);

    /// <summary>Sets the size of the kernel's receive buffer (SO_RCVBUF, socket(7)). The kernel does not tune the size after that.</summary>
    /// <param name="size">The size in bytes: 1024 bytes to 16 MiB. The kernel grants at least its own minimum, and at most net.core.rmem_max.</param>
    /// <returns>True; false with <see cref="Errno.EINVAL"/> if the size is out of its range.</returns>
    public bool SetRecvBufferSize(int size) => SetBufferSize(SocketNumbers.SoRcvBuf, size);

    /// <summary>Sets the size of the kernel's send buffer (SO_SNDBUF, socket(7)). The kernel does not tune the size after that.</summary>
    /// <param name="size">The size in bytes: 1024 bytes to 16 MiB. The kernel grants at least its own minimum, and at most net.core.wmem_max.</param>
    /// <returns>True; false with <see cref="Errno.EINVAL"/> if the size is out of its range.</returns>
    public bool SetSendBufferSize(int size) => SetBufferSize(SocketNumbers.SoSndBuf, size);

    /// <summary>Sets options until one cannot be set. Returns that one with its reason in <see cref="LastErrno"/>; null if all are set.</summary>
    internal SocketOption? FirstRefused(IReadOnlyList<SocketOption> options)
    {
        for (var i = 0; i < options.Count; i++)
        {
            if (!options[i].Apply(this))
            {
                return options[i];
            }
        }

        return null;
    }

    private static int WholeSeconds(int milliseconds) => (int)(((long)milliseconds + 999) / 1000);

    private SocketResult GetBufferSize(int option)
    {
        if (!Enter())
        {
            return new SocketResult(-(int)Errno.EBADF);
        }

        // Linux doubles the size that was set, for its own overhead.
        var size = ReadOption(ListenerFd, SocketNumbers.LevelSocket, option);
        Leave();
        return new SocketResult(size >= 0 ? size / 2 : LastError.Fail((Errno)(-size)));
    }

    private bool SetBufferSize(int option, int size)
        => Enter() && Done(size is >= BufferMin and <= BufferMax ? Set(SocketNumbers.LevelSocket, option, size) : Errno.EINVAL);

    /// <summary>Ends a call that returns a Boolean.</summary>
    private bool Done(Errno errno)
    {
        Leave();
        return errno == Errno.None || LastError.No(errno);
    }

    /// <summary>Sets a value that IPv4 and IPv6 have under different names.</summary>
    private Errno SetOfFamily(int nameOfIPv4, int nameOfIPv6, int value)
    {
        if (ReadOption(ListenerFd, SocketNumbers.LevelSocket, SocketNumbers.SoDomain) == AF_INET)
        {
            return Set(SocketNumbers.LevelIp, nameOfIPv4, value);
        }

        // A dual-stack socket uses the value of IPv4 for its IPv4 packets. If it cannot be set, the one of IPv6 is enough.
        _ = Set(SocketNumbers.LevelIp, nameOfIPv4, value);
        return Set(SocketNumbers.LevelIPv6, nameOfIPv6, value);
    }

    private Errno Set(int level, int name, int value) => Set(level, name, &value, sizeof(int));

    /// <summary>Sets an option on the socket, or on that of each port.</summary>
    private Errno Set(int level, int name, void* value, uint length)
    {
        var result = Libc.SetSockOpt(ListenerFd, level, name, value, length);
        for (var i = 0; result == 0 && i < _ports?.Count; i++)
        {
            result = Libc.SetSockOpt(_ports[i], level, name, value, length);
        }

        return result == 0 ? Errno.None : LastError.OfLibc;
    }

    /// <summary>An option that is an int and never negative, or minus the errno.</summary>
    private static int ReadOption(int fd, int level, int name)
    {
        int value;
        uint length = sizeof(int);
        return Libc.GetSockOpt(fd, level, name, &value, &length) == 0 ? value : -(int)LastError.OfLibc;
    }

    private static Errno WriteOption(int fd, int level, int name, int value)
        => Libc.SetSockOpt(fd, level, name, &value, sizeof(int)) == 0 ? Errno.None : LastError.OfLibc;
}
