using System.Buffers;
using System.Text;
using ActorTcp.EventLoop;
using ActorTcp.Interop;
using ActorTcp.Memory;

namespace ActorTcp.Sockets;

/// <content>Sending.</content>
public sealed unsafe partial class Tcp
{
    private const int TextOnStack = 512;

    // Several overloads apply to [] and to an ArraySegment. The lower priority of the others makes the compiler choose the overload with a span.
    private const int AfterSpan = -1;

    // One per thread, so that sending a list of buffers allocates nothing.
    [ThreadStatic]
    private static GatherBuffer? _gather;

    /// <summary>Sends bytes.</summary>
    /// <param name="buffer">The bytes. With length 0 the result is 0.</param>
    /// <param name="timeout">The maximum time to wait for room in the kernel's send buffer; null waits until all is sent, zero does not wait. Defaults to null.</param>
    /// <returns>
    /// The number of bytes that the kernel has accepted. It is smaller than the length if the time is over or the connection broke, and
    /// <see cref="LastErrno"/> is the reason. If the kernel has accepted no byte, minus the errno: <see cref="Errno.EAGAIN"/> if the time is over,
    /// <see cref="Errno.EPIPE"/> or <see cref="Errno.ECONNRESET"/> if the connection can no longer send, <see cref="Errno.EINVAL"/> for a negative
    /// time-out, <see cref="Errno.EBADF"/> after <see cref="Close"/>.
    /// </returns>
    public SocketResult Send(ReadOnlySpan<byte> buffer, TimeSpan? timeout = null)
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
        else
        {
            fixed (byte* start = buffer)
            {
                result = TrySend(start, buffer.Length);
                if (result != buffer.Length)
                {
                    var vector = new IoVec { Base = start, Length = (nuint)buffer.Length };
                    result = SendSlowly(&vector, 1, timeout, result);
                }
            }
        }

        Leave();
        return new SocketResult(result);
    }

    /// <summary>Sends the bytes of an array.</summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, TimeSpan?)"/>
    /// <exception cref="ArgumentNullException">The buffer is null.</exception>
    public SocketResult Send(byte[] buffer, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return Send(new ReadOnlySpan<byte>(buffer), timeout);
    }

    /// <summary>Sends the bytes of an array from <paramref name="offset"/> to its end, and waits until all are sent.</summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, TimeSpan?)"/>
    /// <exception cref="ArgumentNullException">The buffer is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The offset is outside the buffer.</exception>
    public SocketResult Send(byte[] buffer, int offset) => Send((ReadOnlySpan<byte>)Slice(buffer, offset));

    /// <summary>Sends <paramref name="length"/> bytes of an array from <paramref name="offset"/> on.</summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, TimeSpan?)"/>
    /// <exception cref="ArgumentNullException">The buffer is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Offset or length are outside the buffer.</exception>
    public SocketResult Send(byte[] buffer, int offset, int length, TimeSpan? timeout = null)
        => Send((ReadOnlySpan<byte>)Slice(buffer, offset, length), timeout);

    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, TimeSpan?)"/>
    [OverloadResolutionPriority(AfterSpan)]
    public SocketResult Send(ReadOnlyMemory<byte> buffer, TimeSpan? timeout = null) => Send(buffer.Span, timeout);

    /// <summary>Sends a text in UTF-8. The result counts bytes, not characters.</summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, TimeSpan?)"/>
    /// <exception cref="ArgumentNullException">The text is null.</exception>
    public SocketResult Send(string text, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var length = Encoding.UTF8.GetByteCount(text);
        if (length <= TextOnStack)
        {
            Span<byte> bytes = stackalloc byte[TextOnStack];
            Encoding.UTF8.GetBytes(text, bytes);
            return Send((ReadOnlySpan<byte>)bytes[..length], timeout);
        }

        var rented = ArrayPool<byte>.Shared.Rent(length);
        Encoding.UTF8.GetBytes(text, rented);
        var result = Send(new ReadOnlySpan<byte>(rented, 0, length), timeout);
        ArrayPool<byte>.Shared.Return(rented);
        return result;
    }

    /// <summary>Sends several buffers in their order, with one gathering system call for up to 1024 of them.</summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, TimeSpan?)"/>
    /// <exception cref="ArgumentNullException">The list is null.</exception>
    /// <exception cref="ArgumentException">The buffers have more than <see cref="int.MaxValue"/> bytes together.</exception>
    [OverloadResolutionPriority(AfterSpan)]
    public SocketResult Send(IReadOnlyList<ReadOnlyMemory<byte>> buffers, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        var gather = RentGather();
        try
        {
            for (var i = 0; i < buffers.Count; i++)
            {
                Add(gather, buffers[i], nameof(buffers));
            }

            return Send(gather, timeout);
        }
        finally
        {
            gather.Clear();
            _gather = gather;
        }
    }

    /// <summary>Sends several arrays in their order, with one gathering system call for up to 1024 of them.</summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, TimeSpan?)"/>
    /// <exception cref="ArgumentNullException">The list is null.</exception>
    /// <exception cref="ArgumentException">An array is null, or the arrays have more than <see cref="int.MaxValue"/> bytes together.</exception>
    [OverloadResolutionPriority(AfterSpan)]
    public SocketResult Send(IReadOnlyList<byte[]> buffers, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        var gather = RentGather();
        try
        {
            for (var i = 0; i < buffers.Count; i++)
            {
                Add(gather, buffers[i] ?? throw new ArgumentException($"buffer {i} of the list is null", nameof(buffers)), nameof(buffers));
            }

            return Send(gather, timeout);
        }
        finally
        {
            gather.Clear();
            _gather = gather;
        }
    }

    /// <summary>
    /// One send(2) without a wait. Returns the number of bytes, or minus the errno. Does not guard against a Close by another thread and does not set
    /// <see cref="LastErrno"/>: for the loop that owns the object.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int TrySend(byte* buffer, int length)
    {
        nint sent;
        do
        {
            sent = Libc.Send(_fd, buffer, (nuint)length, SocketNumbers.MessageDontWait | SocketNumbers.MessageNoSignal);
        }
        while (LastError.IsInterrupted(ref sent));

        GC.KeepAlive(this);
        return (int)sent;
    }

    /// <summary>
    /// One sendmsg(2) of up to <see cref="SocketNumbers.VectorsMax"/> pieces, without a wait. Returns the number of bytes, or minus the errno. The rules of
    /// <see cref="TrySend"/> apply.
    /// </summary>
    internal nint TrySendVectors(IoVec* vectors, int count)
    {
        MsgHdr message = default;
        message.Vectors = vectors;
        message.VectorCount = (nuint)count;
        nint sent;
        do
        {
            sent = Libc.SendMsg(_fd, &message, SocketNumbers.MessageDontWait | SocketNumbers.MessageNoSignal);
        }
        while (LastError.IsInterrupted(ref sent));

        GC.KeepAlive(this);
        return sent;
    }

    /// <summary>Takes the thread's buffer. If the user's list sends while it is read, that call gets another buffer.</summary>
    private static GatherBuffer RentGather()
    {
        var gather = _gather ?? new GatherBuffer(grows: true);
        _gather = null;
        return gather;
    }

    private static void Add(GatherBuffer gather, ReadOnlyMemory<byte> buffer, string parameter)
    {
        if (gather.Bytes + buffer.Length > int.MaxValue)
        {
            throw new ArgumentException($"the buffers have more than {int.MaxValue} bytes in all", parameter);
        }

        if (!buffer.IsEmpty)
        {
            gather.TryAdd(buffer);
        }
    }

    private SocketResult Send(GatherBuffer gather, TimeSpan? timeout)
    {
        if (!Enter())
        {
            return new SocketResult(-(int)Errno.EBADF);
        }

        var result = timeout < TimeSpan.Zero ? LastError.Fail(Errno.EINVAL)
            : gather.Count == 0 ? 0
            : SendSlowly(gather.Vectors, gather.Count, timeout, 0);
        Leave();
        return new SocketResult(result);
    }

    /// <summary>Sends the remaining bytes. It consumes the vectors; <paramref name="result"/> is the result of the first try.</summary>
    private int SendSlowly(IoVec* vectors, int count, TimeSpan? timeout, nint result)
    {
        var deadline = Deadline.After(timeout);
        nint total = 0;
        while (true)
        {
            if (result >= 0)
            {
                total += result;
                VectorCursor.Advance(ref vectors, ref count, result);
                if (count == 0)
                {
                    return (int)total;
                }
            }

            var errno = result >= 0 ? Errno.None : (Errno)(-result);
            if (errno == Errno.EAGAIN)
            {
                errno = Wait(PollFd.Out, deadline);
            }

            errno = IsClosed ? Errno.EBADF : _ports is null ? errno : Errno.EPIPE;
            if (errno is not (Errno.None or Errno.EINTR))
            {
                NoteBroken(errno);
                var failure = LastError.Fail(errno);
                return total > 0 ? (int)total : failure;
            }

            result = TrySendVectors(vectors, Math.Min(count, SocketNumbers.VectorsMax));
        }
    }

    /// <summary>Sends bytes to the peer. <paramref name="remote"/> is ignored, because the socket is connected.</summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, TimeSpan?)"/>
    public SocketResult SendTo(SockAddr? remote, ReadOnlySpan<byte> buffer, TimeSpan? timeout = null) => Send(buffer, timeout);

    /// <summary>Sends the bytes of an array to the peer. <paramref name="remote"/> is ignored, because the socket is connected.</summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, TimeSpan?)"/>
    /// <exception cref="ArgumentNullException">The buffer is null.</exception>
    public SocketResult SendTo(SockAddr? remote, byte[] buffer, TimeSpan? timeout = null) => Send(buffer, timeout);

    /// <summary>
    /// Sends the bytes of an array from <paramref name="offset"/> to its end, and waits until all are sent. <paramref name="remote"/> is ignored, because
    /// the socket is connected.
    /// </summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, TimeSpan?)"/>
    /// <exception cref="ArgumentNullException">The buffer is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The offset is outside the buffer.</exception>
    public SocketResult SendTo(SockAddr? remote, byte[] buffer, int offset) => Send(buffer, offset);

    /// <summary>
    /// Sends <paramref name="length"/> bytes of an array from <paramref name="offset"/> on. <paramref name="remote"/> is ignored, because the socket is
    /// connected.
    /// </summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, TimeSpan?)"/>
    /// <exception cref="ArgumentNullException">The buffer is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Offset or length are outside the buffer.</exception>
    public SocketResult SendTo(SockAddr? remote, byte[] buffer, int offset, int length, TimeSpan? timeout = null)
        => Send(buffer, offset, length, timeout);

    /// <summary>Sends bytes to the peer. <paramref name="remote"/> is ignored, because the socket is connected.</summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, TimeSpan?)"/>
    [OverloadResolutionPriority(AfterSpan)]
    public SocketResult SendTo(SockAddr? remote, ReadOnlyMemory<byte> buffer, TimeSpan? timeout = null) => Send(buffer, timeout);

    /// <summary>
    /// Sends a text in UTF-8. The result counts bytes, not characters. <paramref name="remote"/> is ignored, because the socket is connected.
    /// </summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, TimeSpan?)"/>
    /// <exception cref="ArgumentNullException">The text is null.</exception>
    public SocketResult SendTo(SockAddr? remote, string text, TimeSpan? timeout = null) => Send(text, timeout);

    /// <summary>Sends several buffers in their order. <paramref name="remote"/> is ignored, because the socket is connected.</summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, TimeSpan?)"/>
    /// <exception cref="ArgumentNullException">The list is null.</exception>
    /// <exception cref="ArgumentException">The buffers have more than <see cref="int.MaxValue"/> bytes together.</exception>
    [OverloadResolutionPriority(AfterSpan)]
    public SocketResult SendTo(SockAddr? remote, IReadOnlyList<ReadOnlyMemory<byte>> buffers, TimeSpan? timeout = null) => Send(buffers, timeout);

    /// <summary>Sends several arrays in their order. <paramref name="remote"/> is ignored, because the socket is connected.</summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, TimeSpan?)"/>
    /// <exception cref="ArgumentNullException">The list is null.</exception>
    /// <exception cref="ArgumentException">An array is null, or the arrays have more than <see cref="int.MaxValue"/> bytes together.</exception>
    [OverloadResolutionPriority(AfterSpan)]
    public SocketResult SendTo(SockAddr? remote, IReadOnlyList<byte[]> buffers, TimeSpan? timeout = null) => Send(buffers, timeout);
}

/// <summary>Steps through the pieces of a gathering send.</summary>
internal static unsafe class VectorCursor
{
    /// <summary>Removes the sent bytes from the front: drops whole pieces, including empty ones, and shortens the first of the others.</summary>
    public static void Advance(ref IoVec* vectors, ref int count, nint sent)
    {
        var left = (nuint)sent;
        while (count > 0 && vectors->Length <= left)
        {
            left -= vectors->Length;
            vectors++;
            count--;
        }

        if (left > 0)
        {
            vectors->Base = (byte*)vectors->Base + left;
            vectors->Length -= left;
        }
    }
}
