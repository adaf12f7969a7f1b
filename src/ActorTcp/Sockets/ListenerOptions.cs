using ActorTcp.Native;

namespace ActorTcp.Sockets;

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
