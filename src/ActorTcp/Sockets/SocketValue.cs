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
}

/// <summary>Reads the values of a socket for messages.</summary>
internal static class SocketValues
{
    /// <summary>Reads a value. Returns 0, or the errno if there is none.</summary>
    public static Errno TryGet(Tcp tcp, SocketValue value, out object? result)
    {
        result = value switch
        {
            SocketValue.State => tcp.GetState() is var state and >= 0 ? state : null,
            SocketValue.Pending => tcp.Pending() is { IsError: false, Count: var pending } ? pending : null,
            SocketValue.Error => tcp.Error(),
            SocketValue.RecvBufferSize => tcp.GetRecvBufferSize() is { IsError: false, Count: var size } ? size : null,
            SocketValue.SendBufferSize => tcp.GetSendBufferSize() is { IsError: false, Count: var size } ? size : null,
            SocketValue.SockName => tcp.SockName(),
            SocketValue.PeerName => tcp.PeerName(),
            _ => null,
        };
        return result is not null ? 0 : Enum.IsDefined(value) ? Tcp.LastErrno : Errno.EINVAL;
    }
}
