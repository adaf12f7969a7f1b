namespace ActorTcp.Sockets;

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
            SocketValue.PeerCredentials => tcp.GetPeerCredentials(),
            _ => null,
        };
        return result is not null ? 0 : Enum.IsDefined(value) ? Tcp.LastErrno : Errno.EINVAL;
    }
}
