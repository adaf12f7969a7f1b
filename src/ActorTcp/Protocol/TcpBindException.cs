using ActorTcp.Sockets;

namespace ActorTcp;

/// <summary>A server cannot listen: <see cref="ListenerProtocol.BindFailed"/> as an exception. A host with such a server does not start.</summary>
public sealed class TcpBindException : Exception
{
    /// <summary>Creates an exception for a server that cannot be bound.</summary>
    /// <param name="address">The requested address.</param>
    /// <param name="errno">The reason.</param>
    /// <param name="message">The same in words, with the address, and the name of a hosted server.</param>
    public TcpBindException(SockAddr address, Errno errno, string message)
        : base(message)
    {
        Address = address;
        Errno = errno;
    }

    /// <summary>The requested address. For a host name it is 0.0.0.0 with the port.</summary>
    public SockAddr Address { get; }

    /// <summary>The reason, for example EADDRINUSE or EACCES.</summary>
    public Errno Errno { get; }
}
