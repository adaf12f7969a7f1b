using ActorTcp.EventLoop;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>Receiving.</content>
public sealed unsafe partial class Tcp
{
    // None while bytes may arrive, ENODATA at the end of the stream, otherwise the errno that broke the connection.
    private Errno _receiveEnd;

    // Set by Shutdown. From then on each receive returns the end of the stream, whatever the kernel still has.
    private volatile bool _receivesNoMore;

    /// <summary>
    /// Whether <see cref="Shutdown(ShutdownHow)"/> ended the receiving. Linux itself continues to receive, so a caller of <see cref="TryRecv"/> checks
    /// this first.
    /// </summary>
    internal bool ReceivesNoMore => _receivesNoMore;

    /// <summary>Receives the available bytes, up to the buffer's length, or waits until bytes arrive.</summary>
    /// <param name="buffer">The memory for the bytes. With length 0 the result is 0.</param>
    /// <param name="timeout">The maximum time to wait; null waits without a limit, zero does not wait. Defaults to null.</param>
    /// <returns>
    /// The number of bytes. <see cref="EndOfStream"/> if the peer has ended its stream and all bytes were received (<see cref="IsEof"/>), and after a
    /// <see cref="Shutdown(ShutdownHow)"/> of the receiving side. Otherwise minus the errno: <see cref="Errno.EAGAIN"/> if the time is over,
    /// <see cref="Errno.ECONNRESET"/> if the peer has reset the connection, <see cref="Errno.ENOTCONN"/> without a connection,
    /// <see cref="Errno.EINVAL"/> for a negative time-out, <see cref="Errno.EBADF"/> after <see cref="Close"/>.
    /// </returns>
    public SocketResult Recv(Span<byte> buffer, TimeSpan? timeout = null)
    {
        if (!Enter())
        {
            return new SocketResult(-(int)Errno.EBADF);
        }

        int result;
        if (timeout < TimeSpan.Zero)
        {
            result = LastError.Fail(Errno.EINVAL);
        }
        else if (buffer.IsEmpty)
        {
            result = 0;
        }
        else if (_receivesNoMore)
        {
            result = LastError.Fail(Errno.ENODATA);
        }
        else
        {
            fixed (byte* start = buffer)
            {
                result = TryRecv(start, buffer.Length);
                if (result > 0)
                {
                    _receiveEnd = Errno.None;
                }
                else
                {
                    result = RecvSlowly(start, buffer.Length, timeout, result);
                }
            }
        }

        Leave();
        return new SocketResult(result);
    }

    /// <summary>Receives the available bytes into an array, or waits until bytes arrive.</summary>
    /// <inheritdoc cref="Recv(Span{byte}, TimeSpan?)"/>
    /// <exception cref="ArgumentNullException">The buffer is null.</exception>
    public SocketResult Recv(byte[] buffer, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return Recv(buffer.AsSpan(), timeout);
    }

    /// <summary>
    /// Receives the available bytes into the part of an array from <paramref name="offset"/> to its end, or waits without a limit until bytes arrive.
    /// </summary>
    /// <inheritdoc cref="Recv(Span{byte}, TimeSpan?)"/>
    /// <exception cref="ArgumentNullException">The buffer is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The offset is outside the buffer.</exception>
    public SocketResult Recv(byte[] buffer, int offset) => Recv(Slice(buffer, offset));

    /// <summary>
    /// Receives the available bytes into <paramref name="length"/> bytes of an array from <paramref name="offset"/> on, or waits until bytes arrive.
    /// </summary>
    /// <inheritdoc cref="Recv(Span{byte}, TimeSpan?)"/>
    /// <exception cref="ArgumentNullException">The buffer is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Offset or length are outside the buffer.</exception>
    public SocketResult Recv(byte[] buffer, int offset, int length, TimeSpan? timeout = null)
        => Recv(Slice(buffer, offset, length), timeout);

    /// <summary>
    /// Receives the available bytes, or waits until bytes arrive. <paramref name="remote"/> is the peer's address; null without a connection.
    /// </summary>
    /// <inheritdoc cref="Recv(Span{byte}, TimeSpan?)"/>
    public SocketResult RecvFrom(out SockAddr? remote, Span<byte> buffer, TimeSpan? timeout = null)
    {
        var result = Recv(buffer, timeout);
        remote = PeerKeepingErrno();
        return result;
    }

    /// <summary>
    /// Receives the available bytes into an array, or waits until bytes arrive. <paramref name="remote"/> is the peer's address; null without a
    /// connection.
    /// </summary>
    /// <inheritdoc cref="Recv(Span{byte}, TimeSpan?)"/>
    /// <exception cref="ArgumentNullException">The buffer is null.</exception>
    public SocketResult RecvFrom(out SockAddr? remote, byte[] buffer, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return RecvFrom(out remote, buffer.AsSpan(), timeout);
    }

    /// <summary>
    /// Receives the available bytes into the part of an array from <paramref name="offset"/> to its end, or waits without a limit until bytes arrive.
    /// <paramref name="remote"/> is the peer's address; null without a connection.
    /// </summary>
    /// <inheritdoc cref="Recv(Span{byte}, TimeSpan?)"/>
    /// <exception cref="ArgumentNullException">The buffer is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The offset is outside the buffer.</exception>
    public SocketResult RecvFrom(out SockAddr? remote, byte[] buffer, int offset) => RecvFrom(out remote, Slice(buffer, offset));

    /// <summary>
    /// Receives the available bytes into <paramref name="length"/> bytes of an array from <paramref name="offset"/> on, or waits until bytes arrive.
    /// <paramref name="remote"/> is the peer's address; null without a connection.
    /// </summary>
    /// <inheritdoc cref="Recv(Span{byte}, TimeSpan?)"/>
    /// <exception cref="ArgumentNullException">The buffer is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Offset or length are outside the buffer.</exception>
    public SocketResult RecvFrom(out SockAddr? remote, byte[] buffer, int offset, int length, TimeSpan? timeout = null)
        => RecvFrom(out remote, Slice(buffer, offset, length), timeout);

    /// <summary>
    /// Whether the last receive returned the end of the stream, because the peer has ended its stream and all bytes were received. After a
    /// <see cref="Shutdown(ShutdownHow)"/> of the receiving side it is always true. It is false if the connection was reset, and after <see cref="Close"/>.
    /// </summary>
    public bool IsEof()
    {
        if (IsClosed)
        {
            return LastError.No(Errno.EBADF);
        }

        return _receivesNoMore || _receiveEnd == Errno.ENODATA;
    }

    /// <summary>
    /// One recv(2) without a wait. Returns the number of bytes, 0 at the end of the stream, or minus the errno. Does not guard against a
    /// Close by another thread and does not set <see cref="IsEof"/> or <see cref="LastErrno"/>: for the loop that owns the object.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int TryRecv(byte* buffer, int length)
    {
        nint received;
        do
        {
            received = Libc.Recv(_fd, buffer, (nuint)length, SocketNumbers.MessageDontWait);
        }
        while (LastError.IsInterrupted(ref received));

        GC.KeepAlive(this);
        return (int)received;
    }

    private int RecvSlowly(byte* buffer, int length, TimeSpan? timeout, int result)
    {
        var deadline = Deadline.After(timeout);
        while (result is -(int)Errno.EAGAIN or -(int)Errno.EINTR)
        {
            var errno = Wait(PollFd.In, deadline);
            if (errno != Errno.None)
            {
                return LastError.Fail(errno);
            }

            result = TryRecv(buffer, length);
        }

        if (result > 0)
        {
            _receiveEnd = Errno.None;
            return result;
        }

        if (IsClosed)
        {
            // Close shut the socket down to wake this thread.
            return LastError.Fail(Errno.EBADF);
        }

        if (_receivesNoMore)
        {
            return LastError.Fail(Errno.ENODATA);
        }

        if (result == 0)
        {
            // Linux reports a reset once. Later calls return 0, although the stream has not ended normally.
            if (_receiveEnd == Errno.None)
            {
                _receiveEnd = Errno.ENODATA;
            }

            return LastError.Fail(_receiveEnd);
        }

        var failure = _ports is null ? (Errno)(-result) : Errno.ENOTCONN;
        NoteBroken(failure);
        return LastError.Fail(failure);
    }

    /// <summary>Stores the error that broke the connection, because the kernel reports it only once, to the first call.</summary>
    private void NoteBroken(Errno errno)
    {
        if (errno is Errno.ECONNRESET or Errno.ETIMEDOUT or Errno.ECONNABORTED or Errno.EHOSTUNREACH
            or Errno.ENETUNREACH or Errno.ENETRESET or Errno.EHOSTDOWN or Errno.ENETDOWN or Errno.ECONNREFUSED)
        {
            _receiveEnd = errno;
        }
    }

    private static Span<byte> Slice(byte[] buffer, int offset)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, buffer.Length);
        return buffer.AsSpan(offset);
    }

    private static Span<byte> Slice(byte[] buffer, int offset, int length)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, buffer.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, buffer.Length - offset);
        return buffer.AsSpan(offset, length);
    }

    private SockAddr? PeerKeepingErrno()
    {
        if (!Enter())
        {
            return null;
        }

        var peer = _peer ?? PeerOf(ListenerFd);
        Leave();
        return peer;
    }

    /// <summary>
    /// Receives the urgent byte of the peer (recv(2) with MSG_OOB), and does not wait for it. The urgent byte is not among the bytes that
    /// <see cref="Recv(Span{byte}, TimeSpan?)"/> receives. Until it is received, an <see cref="IoMethod.Except"/> event is called in every turn. When a
    /// later urgent byte arrives, the earlier one becomes ordinary data (tcp(7)).
    /// </summary>
    /// <param name="value">The byte; 0 if there is none.</param>
    /// <returns>
    /// A count of 1. <see cref="EndOfStream"/> if the peer has ended its stream without an urgent byte, and after a <see cref="Shutdown(ShutdownHow)"/> of
    /// the receiving side. Otherwise minus the errno: <see cref="Errno.EAGAIN"/> if no urgent byte has arrived or it was received before,
    /// <see cref="Errno.ENOTCONN"/> without a connection, <see cref="Errno.EBADF"/> after <see cref="Close"/>.
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
