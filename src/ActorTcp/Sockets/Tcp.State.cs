using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>The state of the socket, and the shutdown of a direction.</content>
public sealed unsafe partial class Tcp
{
    /// <summary>
    /// Returns the local address; null if the kernel has none, and after <see cref="Close"/>. For an IPv4 connection of an IPv6 server it is the IPv4 address
    /// (<see cref="SockAddr.Unmap"/>).
    /// </summary>
    public SockAddr? SockName() => Name(peer: false);

    /// <summary>
    /// Returns the peer's address. It is available until <see cref="Close"/>, also after a reset. For an IPv4 client of an IPv6 server it is the IPv4 address
    /// (<see cref="SockAddr.Unmap"/>).
    /// </summary>
    /// <returns>
    /// The address; null with <see cref="Errno.ENOTCONN"/> if the socket was never connected, or with <see cref="Errno.EBADF"/> after <see cref="Close"/>.
    /// </returns>
    public SockAddr? PeerName() => Name(peer: true);

    /// <summary>
    /// Returns the number of bytes that can be received without a wait. It is 0 on a listener, and after a <see cref="Shutdown(ShutdownHow)"/> of the receiving
    /// side. After <see cref="Close"/> it is minus <see cref="Errno.EBADF"/>.
    /// </summary>
    public SocketResult Pending()
    {
        if (!Enter())
        {
            return new SocketResult(-(int)Errno.EBADF);
        }

        int pending;
        int result;
        if (_receivesNoMore)
        {
            result = 0;
        }
        else if (Libc.Ioctl(ListenerFd, SocketNumbers.IoctlPendingBytes, &pending) == 0)
        {
            result = pending;
        }
        else
        {
            // Linux refuses a listener, which never has bytes.
            var errno = LastError.OfLibc;
            result = errno == Errno.EINVAL && IsListening(ListenerFd) ? 0 : LastError.Fail(errno);
        }

        Leave();
        return new SocketResult(result);
    }

    /// <summary>
    /// Returns and clears the pending error of the socket (SO_ERROR, socket(7)); <see cref="Errno.None"/> if there is none, <see cref="Errno.EBADF"/> after
    /// <see cref="Close"/>.
    /// </summary>
    public Errno Error()
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        var noted = _connectError;
        _connectError = Errno.None;
        var error = ReadOption(ListenerFd, SocketNumbers.LevelSocket, SocketNumbers.SoError);
        var result = noted != Errno.None ? noted : (Errno)Math.Abs(error);
        NoteBroken(result);
        Leave();
        return result;
    }

    /// <summary>
    /// Returns the state of the TCP endpoint. A negative value is minus an errno: <c>-(int)Errno.EBADF</c> after <see cref="Close"/>.
    /// </summary>
    public TcpState GetState()
    {
        if (!Enter())
        {
            return (TcpState)(-(int)Errno.EBADF);
        }

        var state = StateOf(ListenerFd);
        Leave();
        return state >= 0 ? state : (TcpState)LastError.Fail((Errno)(-(int)state));
    }

    /// <summary>Ends both directions of the connection. The descriptor stays open.</summary>
    /// <returns>True; false with <see cref="Errno.ENOTCONN"/> without a connection, or with <see cref="Errno.EBADF"/> after <see cref="Close"/>.</returns>
    public bool Shutdown() => Shutdown(ShutdownHow.Both);

    /// <summary>Ends one direction of the connection, or both. The descriptor stays open.</summary>
    /// <param name="how">
    /// <c>"r"</c> for the receiving side, <c>"w"</c> for the sending side, or <c>"rw"</c> for both (<see cref="ShutdownHow"/>). Any other text is
    /// <see cref="Errno.EINVAL"/>.
    /// </param>
    /// <returns>
    /// True; false with <see cref="Errno.ENOTCONN"/> without a connection, with <see cref="Errno.EINVAL"/> for another text, or with
    /// <see cref="Errno.EBADF"/> after <see cref="Close"/>.
    /// </returns>
    /// <exception cref="ArgumentNullException">The text is null.</exception>
    public bool Shutdown(string how)
    {
        ArgumentNullException.ThrowIfNull(how);
        return Shutdown(how switch
        {
            "r" => ShutdownHow.Read,
            "w" => ShutdownHow.Write,
            "rw" => ShutdownHow.Both,
            _ => (ShutdownHow)(-1),
        });
    }

    /// <summary>
    /// Ends one direction of the connection, or both. The descriptor stays open.
    /// </summary>
    /// <remarks>
    /// After <see cref="ShutdownHow.Read"/> or <see cref="ShutdownHow.Both"/> every receive returns <see cref="EndOfStream"/>, and <see cref="IsEof"/> is true.
    /// Bytes that have arrived before, or that the peer sends later, are not returned. Linux itself would return them. After <see cref="ShutdownHow.Read"/> the
    /// object can still send.
    /// </remarks>
    /// <param name="how">The direction.</param>
    /// <returns>
    /// True; false with <see cref="Errno.ENOTCONN"/> without a connection, or with <see cref="Errno.EBADF"/> after <see cref="Close"/>. A listener has no
    /// connection, and continues to listen.
    /// </returns>
    public bool Shutdown(ShutdownHow how)
    {
        if (!Enter())
        {
            return false;
        }

        var errno = Errno.None;
        if (how is not (ShutdownHow.Read or ShutdownHow.Write or ShutdownHow.Both))
        {
            errno = Errno.EINVAL;
        }
        else if (StateOf(ListenerFd) is TcpState.Listen or TcpState.SynSent)
        {
            // Linux would end the listening or the connect, and return success.
            errno = Errno.ENOTCONN;
        }
        else if (Libc.Shutdown(_fd, (int)how) != 0)
        {
            errno = LastError.OfLibc;
        }
        else if (how != ShutdownHow.Write)
        {
            _receivesNoMore = true;
        }

        Leave();
        return errno == Errno.None || LastError.No(errno);
    }

    /// <summary>Linux's number for a state (include/net/tcp_states.h), as in tcp_info.</summary>
    internal static TcpState StateFromLinux(int state) => state switch
    {
        1 => TcpState.Established,
        2 => TcpState.SynSent,
        3 or 12 => TcpState.SynRcvd,
        4 => TcpState.FinWait1,
        5 => TcpState.FinWait2,
        6 => TcpState.TimeWait,
        8 => TcpState.CloseWait,
        9 => TcpState.LastAck,
        10 => TcpState.Listen,
        11 => TcpState.Closing,
        _ => TcpState.Closed,
    };

    private static TcpState StateOf(int fd)
    {
        // The first byte of tcp_info is the state.
        byte state;
        uint length = 1;
        return Libc.GetSockOpt(fd, SocketNumbers.LevelTcp, SocketNumbers.TcpInfo, &state, &length) == 0
            ? StateFromLinux(state)
            : (TcpState)(-(int)LastError.OfLibc);
    }

    internal static bool IsListening(int fd) => ReadOption(fd, SocketNumbers.LevelSocket, SocketNumbers.SoAcceptConn) == 1;

    private SockAddr? Name(bool peer)
    {
        if (!Enter())
        {
            return null;
        }

        var name = (peer ? _peer : null) ?? NameOf(ListenerFd, peer)?.Unmap();
        if (name is null)
        {
            LastError.Fail(LastError.OfLibc);
        }

        Leave();
        return name;
    }

    private static SockAddr? NameOf(int fd, bool peer)
    {
        SockAddrStorage storage;
        uint length = SockAddrStorage.Size;
        var result = peer ? Libc.GetPeerName(fd, &storage, &length) : Libc.GetSockName(fd, &storage, &length);
        return result == 0 ? Sockets.SockAddr.FromStorage(storage, length) : null;
    }

    /// <summary>The peer of a Unix socket; null with the errno in <see cref="LastErrno"/>: <see cref="Errno.EOPNOTSUPP"/> for TCP.</summary>
    internal PeerCredentials? GetPeerCredentials()
    {
        if (!Enter())
        {
            return null;
        }

        UserCredentials credentials = default;
        var length = (uint)sizeof(UserCredentials);
        var errno = ReadOption(_fd, SocketNumbers.LevelSocket, SocketNumbers.SoDomain) != SocketNumbers.FamilyUnix ? Errno.EOPNOTSUPP
            : Libc.GetSockOpt(_fd, SocketNumbers.LevelSocket, SocketNumbers.SoPeerCredentials, &credentials, &length) != 0 ? LastError.OfLibc
            : Errno.None;
        Leave();
        return errno == Errno.None
            ? new PeerCredentials(credentials.ProcessId, credentials.UserId, credentials.GroupId)
            : LastError.Null<PeerCredentials>(errno);
    }

    /// <summary>The kernel's smoothed round-trip time in microseconds and the number of retransmissions; false with the errno in <see cref="LastErrno"/>.</summary>
    internal bool TryGetPath(out int roundTripMicroseconds, out int retransmits)
    {
        // Offsets in struct tcp_info of linux/tcp.h, which only ever grows at its end.
        const int roundTripAt = 68;
        const int totalRetransmitsAt = 100;
        var info = stackalloc byte[totalRetransmitsAt + sizeof(int)];
        uint length = totalRetransmitsAt + sizeof(int);
        roundTripMicroseconds = 0;
        retransmits = 0;
        if (!Enter())
        {
            return false;
        }

        var result = Libc.GetSockOpt(_fd, SocketNumbers.LevelTcp, SocketNumbers.TcpInfo, info, &length);
        if (result != 0)
        {
            LastError.Fail(LastError.OfLibc);
        }

        Leave();
        if (result == 0)
        {
            roundTripMicroseconds = *(int*)(info + roundTripAt);
            retransmits = *(int*)(info + totalRetransmitsAt);
        }

        return result == 0;
    }

    /// <summary>
    /// Takes over the descriptor of a connected socket. If the result is null, nothing has changed, and the descriptor stays with its owner.
    /// </summary>
    /// <param name="sockFd">The descriptor.</param>
    /// <param name="remote">The peer.</param>
    /// <returns>The object; null with the errno of <see cref="CreateByFd"/>, or <see cref="Errno.ENOTCONN"/>.</returns>
    internal static Tcp? CreateConnectedByFd(int sockFd, out SockAddr? remote)
    {
        remote = null;
        var errno = IsOpen(sockFd) ? TcpSocketOrNot(sockFd) : Errno.EBADF;
        if (errno != Errno.None)
        {
            return LastError.Null<Tcp>(errno);
        }

        // Checked before it is taken over: after that its owner has lost it.
        remote = NameOf(sockFd, peer: true);
        return remote is null ? LastError.Null<Tcp>(LastError.OfLibc) : CreateByFd(sockFd);
    }

    /// <summary>
    /// Makes an object with a copy of an inherited descriptor (dup(2)), which may be that of a Unix socket. The given descriptor stays open and stays with
    /// its owner. Both share the socket, which becomes non-blocking.
    /// </summary>
    internal static Tcp? CreateCopyOf(int sockFd)
    {
        var copy = Libc.Fcntl(sockFd, SocketNumbers.FcntlDuplicateCloseOnExec, 0);
        if (copy < 0)
        {
            return LastError.Null<Tcp>(LastError.OfLibc);
        }

        if (!TryNonBlocking(copy))
        {
            var errno = LastError.OfLibc;
            _ = Libc.Close(copy);
            return LastError.Null<Tcp>(errno);
        }

        return FromNew(copy, PeerOf(copy));
    }

    /// <summary>Whether a descriptor is a stream socket of TCP or of the Unix domain: None, EBADF, ENOTSOCK or EPROTOTYPE.</summary>
    internal static Errno StreamSocketOrNot(int sockFd)
    {
        var type = ReadOption(sockFd, SocketNumbers.LevelSocket, SocketNumbers.SoType);
        return type == SocketNumbers.TypeStream && ReadOption(sockFd, SocketNumbers.LevelSocket, SocketNumbers.SoDomain) == SocketNumbers.FamilyUnix
            ? Errno.None
            : TcpSocketOrNot(sockFd);
    }

    /// <summary>Sets close-on-exec, so that children do not inherit the descriptor. False if the number is not open.</summary>
    internal static bool TryCloseOnExec(int sockFd) =>
        Libc.Fcntl(sockFd, SocketNumbers.FcntlSetDescriptorFlags, SocketNumbers.DescriptorCloseOnExec) >= 0;

    /// <summary>Closes a descriptor that no object owns.</summary>
    internal static void CloseInherited(int sockFd) => _ = Libc.Close(sockFd);
}
