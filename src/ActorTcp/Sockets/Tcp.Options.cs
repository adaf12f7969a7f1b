using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>Socket options. Each returns false (or minus the errno) with <see cref="Errno.EBADF"/> after <see cref="Close"/>.</content>
public sealed unsafe partial class Tcp
{
    internal const int BufferMin = 1024;
    internal const int BufferMax = 16 * 1024 * 1024;
    private const int LingerMax = 32767;
    private const int TtlMax = 255;

    // Linux's MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL and MAX_TCP_KEEPCNT (include/net/tcp.h).
    private const int KeepAliveSecondsMax = 32767;
    private const int KeepAliveCountMax = 127;

    /// <summary>Sends and receives by one network interface only (SO_BINDTODEVICE).</summary>
    /// <param name="name">The interface; null or empty removes the restriction.</param>
    /// <returns>False with <see cref="Errno.ENODEV"/> for an unknown interface, <see cref="Errno.EPERM"/> without the right.</returns>
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

    /// <summary>Probes an idle connection, to find out that a peer is dead (SO_KEEPALIVE).</summary>
    /// <param name="enable">Whether to probe.</param>
    /// <param name="idle">The idle time before the first probe, in milliseconds. Required to enable.</param>
    /// <param name="interval">The time between two probes in milliseconds; null is the same as <paramref name="idle"/>.</param>
    /// <param name="count">The number of unanswered probes after which the kernel gives the connection up. Defaults to 3.</param>
    /// <returns>False with <see cref="Errno.EINVAL"/> if it is enabled without a positive idle time, or past the kernel's limits (32767 seconds, 127 probes); then nothing has changed. Milliseconds are rounded up to the kernel's whole seconds.</returns>
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

    /// <summary>The time for which sent bytes may stay unacknowledged before the kernel gives the connection up (TCP_USER_TIMEOUT, tcp(7)).</summary>
    /// <param name="milliseconds">Milliseconds; 0 is as long as the kernel retransmits.</param>
    /// <returns>False with <see cref="Errno.EINVAL"/> if it is negative.</returns>
    public bool SetUserTimeout(int milliseconds)
        => Enter() && Done(milliseconds < 0 ? Errno.EINVAL : Set(SocketNumbers.LevelTcp, SocketNumbers.TcpUserTimeout, milliseconds));

    /// <summary>Whether small segments are sent at once instead of being collected (TCP_NODELAY).</summary>
    public bool SetNoDelay(bool enable)
        => Enter() && Done(Set(SocketNumbers.LevelTcp, SocketNumbers.TcpNoDelay, enable ? 1 : 0));

    /// <summary>
    /// What happens to unsent bytes when the socket is closed (SO_LINGER). If it is off, the kernel goes on sending and
    /// <see cref="Close"/> returns at once. On with time 0, <see cref="Close"/> resets the connection. On with a longer
    /// time, <see cref="Close"/> blocks its thread until all is sent and acknowledged, or the time has passed. A
    /// poll loop's thread never blocks.
    /// </summary>
    /// <param name="onoff">Whether to linger.</param>
    /// <param name="time">The maximum time in seconds, 0 to 32767.</param>
    /// <returns>False with <see cref="Errno.EINVAL"/> for a time out of range.</returns>
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

    /// <summary>The time to live of sent packets (IP_TTL; the hop limit on IPv6).</summary>
    /// <param name="timeToLive">1 to 255.</param>
    /// <returns>False with <see cref="Errno.EINVAL"/> out of range; 0, which the documentation allows, is refused by Linux.</returns>
    public bool SetTtl(int timeToLive)
    {
        if (!Enter())
        {
            return false;
        }

        if (timeToLive is <= 0 or > TtlMax)
        {
            return Done(Errno.EINVAL);
        }

        if (ReadOption(ListenerFd, SocketNumbers.LevelSocket, SocketNumbers.SoDomain) == AF_INET)
        {
            return Done(Set(SocketNumbers.LevelIp, SocketNumbers.IpTtl, timeToLive));
        }

        // A dual-stack socket sends its IPv4 traffic by IPv4's value; if the kernel has none, the hop limit is enough.
        _ = Set(SocketNumbers.LevelIp, SocketNumbers.IpTtl, timeToLive);
        return Done(Set(SocketNumbers.LevelIPv6, SocketNumbers.IPv6UnicastHops, timeToLive));
    }

    /// <summary>Whether an address can be bound while old connections of it linger (SO_REUSEADDR). Defaults to on for a server.</summary>
    public bool SetReuseAddr(bool enable)
        => Enter() && Done(Set(SocketNumbers.LevelSocket, SocketNumbers.SoReuseAddr, enable ? 1 : 0));

    /// <summary>Whether an IPv6 socket refuses IPv4 (IPV6_V6ONLY).</summary>
    /// <returns>False with <see cref="Errno.EINVAL"/> once the socket is bound, <see cref="Errno.ENOPROTOOPT"/> on an IPv4 socket.</returns>
    public bool SetIPv6Only(bool enable)
        => Enter() && Done(Set(SocketNumbers.LevelIPv6, SocketNumbers.IPv6Only, enable ? 1 : 0));

    /// <summary>The receive buffer's size in bytes, in the unit of <see cref="SetRecvBufferSize"/>, or minus the errno.</summary>
    public SocketResult GetRecvBufferSize() => GetBufferSize(SocketNumbers.SoRcvBuf);

    /// <summary>The send buffer's size in bytes, in the unit of <see cref="SetSendBufferSize"/>, or minus the errno.</summary>
    public SocketResult GetSendBufferSize() => GetBufferSize(SocketNumbers.SoSndBuf);

    /// <summary>Sets the receive buffer's size; ends the kernel's own tuning of it.</summary>
    /// <param name="size">1024 bytes to 16 MiB; the kernel grants less if net.core.rmem_max is lower, and not less than its own minimum.</param>
    /// <returns>False with <see cref="Errno.EINVAL"/> out of range.</returns>
    public bool SetRecvBufferSize(int size) => SetBufferSize(SocketNumbers.SoRcvBuf, size);

    /// <summary>Sets the send buffer's size; ends the kernel's own tuning of it.</summary>
    /// <param name="size">1024 bytes to 16 MiB; the kernel grants less if net.core.wmem_max is lower, and not less than its own minimum.</param>
    /// <returns>False with <see cref="Errno.EINVAL"/> out of range.</returns>
    public bool SetSendBufferSize(int size) => SetBufferSize(SocketNumbers.SoSndBuf, size);

    private static int WholeSeconds(int milliseconds) => (int)(((long)milliseconds + 999) / 1000);

    private SocketResult GetBufferSize(int option)
    {
        if (!Enter())
        {
            return new SocketResult(-(int)Errno.EBADF);
        }

        // Linux adds its own overhead, and so keeps the double of the size that was set.
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
