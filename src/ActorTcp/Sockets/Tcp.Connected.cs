namespace ActorTcp.Sockets;

/// <content>Taking over sockets that must be connected.</content>
public sealed unsafe partial class Tcp
{
    /// <summary>
    /// As <see cref="CreateByFd"/>, for a connected socket only. If the answer is null, nothing has changed: the descriptor stays with its owner.
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

        // Looked at before it is taken over: afterwards its owner would have lost it.
        remote = NameOf(sockFd, peer: true);
        return remote is null ? LastError.Null<Tcp>(LastError.OfLibc) : CreateByFd(sockFd);
    }
}
