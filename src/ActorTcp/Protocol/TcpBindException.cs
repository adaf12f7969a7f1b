using ActorTcp.Sockets;

namespace ActorTcp;

/// <summary>A server cannot listen: <see cref="ListenerProtocol.BindFailed"/> as an exception. A host with such a server does not start.</summary>
public sealed class TcpBindException : Exception
{
    /// <summary>Called when a server cannot be bound.</summary>
    /// <param name="address">The address that was asked for.</param>
    /// <param name="errno">Why.</param>
    /// <param name="message">The same in words, with the address, and the name of a hosted server.</param>
    public TcpBindException(SockAddr address, Errno errno, string message)
        : base(message)
    {
        Address = address;
        Errno = errno;
    }

    /// <summary>The address that was asked for; of a host name: 0.0.0.0 with the port.</summary>
    public SockAddr Address { get; }

    /// <summary>Why: EADDRINUSE, EACCES ...</summary>
    public Errno Errno { get; }
}
