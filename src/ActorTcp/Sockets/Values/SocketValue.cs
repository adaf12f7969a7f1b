namespace ActorTcp.Sockets;

/// <summary>
/// A value of a socket, for <see cref="ConnectionProtocol.GetOption"/> and <see cref="ListenerProtocol.GetOption"/>. Each getter of <see cref="Tcp"/> has one.
/// </summary>
public enum SocketValue
{
    /// <summary>The state of the TCP endpoint (<see cref="Tcp.GetState"/>), a <see cref="TcpState"/>.</summary>
    State,
    /// <summary>The number of bytes in the kernel's receive buffer (<see cref="Tcp.Pending"/>), an <see cref="int"/>.</summary>
    Pending,
    /// <summary>The pending error of the socket (<see cref="Tcp.Error"/>), an <see cref="Errno"/>.</summary>
    Error,
    /// <summary>The size of the kernel's receive buffer in bytes (<see cref="Tcp.GetRecvBufferSize"/>), an <see cref="int"/>.</summary>
    RecvBufferSize,
    /// <summary>The size of the kernel's send buffer in bytes (<see cref="Tcp.GetSendBufferSize"/>), an <see cref="int"/>.</summary>
    SendBufferSize,
    /// <summary>The local address (<see cref="Tcp.SockName"/>), a <see cref="SockAddr"/>.</summary>
    SockName,
    /// <summary>The peer's address (<see cref="Tcp.PeerName"/>), a <see cref="SockAddr"/>.</summary>
    PeerName,
    /// <summary>The process at the other end of a Unix socket: a <see cref="ActorTcp.Sockets.PeerCredentials"/>. <see cref="Errno.EOPNOTSUPP"/> for TCP.</summary>
    PeerCredentials,
}
