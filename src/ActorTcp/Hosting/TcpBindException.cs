using ActorTcp.Sockets;

namespace ActorTcp.Hosting;

/// <summary>A hosted server cannot listen; the host does not start.</summary>
public sealed class TcpBindException : Exception
{
    /// <summary>Made where a server is bound.</summary>
    /// <param name="address">The address that was asked for.</param>
    /// <param name="errno">Why.</param>
    /// <param name="message">The same in words, with the server's name and the address.</param>
    public TcpBindException(SockAddr address, Errno errno, string message)
        : base(message)
    {
        Address = address;
        Errno = errno;
    }

    /// <summary>The address that was asked for.</summary>
    public SockAddr Address { get; }

    /// <summary>Why: EADDRINUSE, EACCES ...</summary>
    public Errno Errno { get; }
}
