using ActorTcp.Native;

namespace ActorTcp.Sockets;

public sealed unsafe partial class Tcp
{
    /// <summary>The kernel's smoothed round-trip time in microseconds and how often it sent something again; false with the errno in <see cref="LastErrno"/>.</summary>
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
}
