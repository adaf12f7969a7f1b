namespace ActorTcp.Sockets;

/// <summary>A value of a connection's socket that a message can ask for. One for each getter of <see cref="Tcp"/>.</summary>
public enum SocketValue
{
    /// <summary><see cref="Tcp.GetState"/>: a <see cref="TcpState"/>.</summary>
    State,
    /// <summary><see cref="Tcp.Pending"/>: an <see cref="int"/>, bytes in the kernel's receive buffer.</summary>
    Pending,
    /// <summary><see cref="Tcp.Error"/>: an <see cref="Errno"/>.</summary>
    Error,
    /// <summary><see cref="Tcp.GetRecvBufferSize"/>: an <see cref="int"/>, bytes.</summary>
    RecvBufferSize,
    /// <summary><see cref="Tcp.GetSendBufferSize"/>: an <see cref="int"/>, bytes.</summary>
    SendBufferSize,
    /// <summary><see cref="Tcp.SockName"/>: a <see cref="SockAddr"/>.</summary>
    SockName,
    /// <summary><see cref="Tcp.PeerName"/>: a <see cref="SockAddr"/>.</summary>
    PeerName,
    /// <summary>The process at the other end of a Unix socket: a <see cref="ActorTcp.Sockets.PeerCredentials"/>. <see cref="Errno.EOPNOTSUPP"/> for TCP.</summary>
    PeerCredentials,
}
