namespace ActorTcp.Benchmarks.Load;

/// <summary>One connection's position in its stream. All positions count bytes from the stream's start.</summary>
internal sealed unsafe class LoadConnection(int index, int depth)
{
    // The servers use 127.0.0.1.
    private const int FirstHost = 2;
    private const int Hosts = 250;

    private readonly long[] _sendTimes = new long[depth];
    private long _started;
    private int _oldest;
    private int _inFlight;

    internal int Index { get; } = index;

    /// <summary>Where the stream starts in the pattern.</summary>
    internal int PatternStart { get; private set; } = BytePattern.Start(index);

    internal int Fd { get; private set; } = -1;

    /// <summary>The stream position at the end of the last started message.</summary>
    internal long Wanted => _started;

    /// <summary>The number of bytes that the kernel has taken.</summary>
    internal long Sent { get; set; }

    /// <summary>The number of bytes that were received and verified.</summary>
    internal long Received { get; set; }

    /// <summary>True while the kernel takes no more bytes and EPOLLOUT is registered.</summary>
    internal bool Blocked { get; set; }

    internal int InFlight => _inFlight;

    internal bool IsFull => _inFlight == _sendTimes.Length;

    /// <summary>Where the oldest message in flight ends.</summary>
    internal long NextReplyEnd(int size) => _started - ((long)(_inFlight - 1) * size);

    internal void Start(int size, long now)
    {
        int slot = _oldest + _inFlight;
        _sendTimes[slot < _sendTimes.Length ? slot : slot - _sendTimes.Length] = now;
        _inFlight++;
        _started += size;
    }

    /// <summary>Removes the oldest message; returns its start time.</summary>
    internal long Finish()
    {
        long time = _sendTimes[_oldest];
        _oldest = _oldest + 1 == _sendTimes.Length ? 0 : _oldest + 1;
        _inFlight--;
        return time;
    }

    /// <summary>Begins a new stream, for a new connection of the same client.</summary>
    internal void Restart(long stream)
    {
        PatternStart = BytePattern.Start(stream);
        _started = Sent = Received = 0;
        Blocked = false;
    }

    /// <summary>
    /// Connects from a loopback address that few other connections share.
    /// A client that closes first keeps its port in TIME_WAIT for a minute. One address has only 28,232 ports for each server port.
    /// </summary>
    /// <returns>The name of the call that failed, with the reason in errno, or null.</returns>
    internal string? Open(int port, TimeSpan timeout)
    {
        int fd = Fd = Libc.Socket(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0);
        if (fd < 0)
            return "socket";
        int on = 1;
        var limit = new TimeVal { Seconds = (long)timeout.TotalSeconds, Microseconds = timeout.Milliseconds * 1000 };
        SockAddrIn local = SockAddrIn.Loopback(0, FirstHost + (Index % Hosts));
        SockAddrIn remote = SockAddrIn.Loopback(port);
        if (Libc.SetSockOpt(fd, Libc.SOL_SOCKET, Libc.SO_SNDTIMEO, &limit, (uint)sizeof(TimeVal)) != 0
            || Libc.SetSockOpt(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, &on, sizeof(int)) != 0
            || Libc.SetSockOpt(fd, Libc.IPPROTO_IP, Libc.IP_BIND_ADDRESS_NO_PORT, &on, sizeof(int)) != 0)
            return "setsockopt";
        if (Libc.Bind(fd, &local, SockAddrIn.Size) != 0)
            return "bind";
        return Libc.Connect(fd, &remote, SockAddrIn.Size) == 0 ? null : "connect";
    }

    internal void Close()
    {
        _ = Libc.Close(Fd);
        Fd = -1;
    }
}
