using ActorTcp.Native;

namespace ActorTcp.Sockets;

/// <content>Urgent data.</content>
public sealed unsafe partial class Tcp
{
    /// <summary>
    /// Receives the urgent byte that the peer sent (TCP's urgent data, recv(2) with MSG_OOB), without a wait. It is not part
    /// of what <see cref="Recv(Span{byte}, TimeSpan?)"/> receives. While it is not received, an <c>Except</c> event of a
    /// <c>PollDispatcher</c> is called in every turn; receiving it ends that. An urgent byte that a later one has overtaken is
    /// received as ordinary data, as Linux has it (tcp(7)).
    /// </summary>
    /// <param name="value">The byte; 0 if there is none.</param>
    /// <returns>
    /// A count of 1; <see cref="Errno.EAGAIN"/> if no urgent byte has arrived, or it was received already;
    /// <see cref="EndOfStream"/> if the peer ended the stream before it arrived, or after <see cref="Shutdown(ShutdownHow)"/> of the receiving; <see cref="Errno.ENOTCONN"/> if
    /// there is no connection, <see cref="Errno.EBADF"/> after <see cref="Close"/>.
    /// </returns>
    public SocketResult RecvUrgent(out byte value)
    {
        value = 0;
        if (!Enter())
        {
            return new SocketResult(-(int)Errno.EBADF);
        }

        var result = _receivesNoMore ? LastError.Fail(Errno.ENODATA)
            : _ports is null ? TryRecvUrgent(out value)
            : LastError.Fail(Errno.ENOTCONN);
        Leave();
        return new SocketResult(result);
    }

    private int TryRecvUrgent(out byte value)
    {
        byte received = 0;
        nint count;
        do
        {
            count = Libc.Recv(_fd, &received, sizeof(byte), SocketNumbers.MessageOutOfBand | SocketNumbers.MessageDontWait);
        }
        while (LastError.IsInterrupted(ref count));

        value = received;
        if (count > 0)
        {
            return (int)count;
        }

        // Linux answers EINVAL if there is no urgent byte, and 0 if the connection has ended.
        var errno = count == 0 ? Errno.ENODATA : (Errno)(-count);
        errno = errno == Errno.EINVAL ? Errno.EAGAIN : errno;
        NoteBroken(errno);
        return LastError.Fail(errno);
    }
}
