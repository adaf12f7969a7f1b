using ActorTcp.EventLoop;

namespace ActorTcp.Sockets;

/// <content>The awaitable calls: receiving, sending, disposing, and the stream.</content>
public sealed partial class Tcp : IAsyncDisposable
{
    private const int NothingYet = -(int)Errno.EAGAIN;

    // Null until an awaitable call has to wait for the first time.
    private SocketAwaits? _waits;

    /// <summary>
    /// Receives the available bytes, up to the buffer's length, or waits until bytes arrive. The awaitable form of <c>Recv</c>.
    /// </summary>
    /// <remarks>
    /// Can be called on any thread; no thread needs to poll. If bytes are available, it allocates nothing. An await on the thread of a poll loop continues on
    /// that loop. Any other await continues in its context, or on the thread pool. One receive and one send may wait at the same time.
    /// </remarks>
    /// <param name="buffer">The memory for the bytes. With length 0 the result is 0 at once.</param>
    /// <param name="cancellationToken">Ends the wait. No byte is lost, and the socket stays usable.</param>
    /// <returns>The number of bytes; 0 at the end of the stream, and then <see cref="IsEof"/> is true.</returns>
    /// <exception cref="TcpException">
    /// The connection is broken, for example with <see cref="Errno.ECONNRESET"/> or <see cref="Errno.ETIMEDOUT"/>. Or there is no connection:
    /// <see cref="Errno.ENOTCONN"/>.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The socket was closed, released or detached, before or during the wait.</exception>
    /// <exception cref="InvalidOperationException">Another receive or accept waits on this socket.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<int> RecvAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        if (_waits is { Receives.IsBusy: true })
        {
            return ValueTask.FromException<int>(ReadyWait.AlreadyWaiting(nameof(RecvAsync)));
        }

        int count = Recv(buffer.Span, TimeSpan.Zero);
        return count >= 0 ? new(count)
            : count == EndOfStream ? new(0)
            : count == NothingYet ? RecvWhenReadyAsync(buffer, cancellationToken)
            : ValueTask.FromException<int>(Failure(nameof(RecvAsync), count));
    }

    /// <summary>
    /// Sends all bytes of a buffer, and waits while the kernel's send buffer is full. The awaitable form of <c>Send</c>.
    /// </summary>
    /// <remarks>
    /// Can be called on any thread; no thread needs to poll. If the kernel accepts all bytes at once, it allocates nothing. An await on the thread of a poll
    /// loop continues on that loop. Any other await continues in its context, or on the thread pool. The buffer must not change until the call has completed.
    /// A call that fails or is cancelled may have sent a part of the bytes. Later bytes then follow that part.
    /// </remarks>
    /// <param name="buffer">The bytes. With length 0 nothing is sent, and the socket is not used.</param>
    /// <param name="cancellationToken">Ends the wait. The socket stays usable.</param>
    /// <exception cref="TcpException">
    /// The connection is broken, or there is none: for example <see cref="Errno.EPIPE"/> or <see cref="Errno.ECONNRESET"/>.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The socket was closed, released or detached, before or during the wait.</exception>
    /// <exception cref="InvalidOperationException">Another send waits on this socket.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        if (_waits is { Sends.IsBusy: true })
        {
            return ValueTask.FromException(ReadyWait.AlreadyWaiting(nameof(SendAsync)));
        }

        int count = Send(buffer.Span, TimeSpan.Zero);
        return count == buffer.Length ? default
            : count >= 0 ? SendWhenReadyAsync(buffer[count..], cancellationToken)
            : count == NothingYet ? SendWhenReadyAsync(buffer, cancellationToken)
            : ValueTask.FromException(Failure(nameof(SendAsync), count));
    }

    /// <summary>
    /// Creates a stream over the connection, for code that needs one, such as <see cref="System.IO.StreamReader"/>. A read returns 0 at the end of the stream.
    /// The stream has no buffer and no time-outs, and cannot seek.
    /// </summary>
    /// <remarks>
    /// Its members throw a <see cref="TcpException"/> if the connection is broken, and an <see cref="ObjectDisposedException"/> after <see cref="Close"/>. One
    /// read and one write may run at the same time.
    /// </remarks>
    /// <param name="ownsSocket">Whether disposing the stream closes the socket. Defaults to false.</param>
    public Stream AsStream(bool ownsSocket = false) => new TcpStream(this, ownsSocket);

    /// <summary>
    /// Closes the socket, like <see cref="Close"/>. If <see cref="SetLinger"/> is on and bytes are unsent, a thread of the thread pool waits for them, not the
    /// calling thread.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        if (PollLoop.Current is null && Lingers())
        {
            return new ValueTask(Task.Run(Close));
        }

        Dispose();
        return default;
    }

    /// <summary>The exception for a call that returned a negative number.</summary>
    internal static Exception Failure(string call, int answer)
    {
        var errno = (Errno)(-answer);
        return errno == Errno.EBADF
            ? new ObjectDisposedException(nameof(Tcp), $"{call}: the socket is closed or was given to another owner")
            : new TcpException(call, errno);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> RecvWhenReadyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var waits = Waits(nameof(RecvAsync));
        var wait = waits.Receives;
        wait.Begin(nameof(RecvAsync));
        try
        {
            // One registration for all waits of the call. A cancellation signals the wait like readiness, and then the call checks the token.
            using var cancelling = SignalOnCancel(wait, cancellationToken);
            while (true)
            {
                await wait.WaitAsync().ConfigureAwait(false);
                int count = Recv(buffer.Span, TimeSpan.Zero);
                if (count != NothingYet)
                {
                    return count >= 0 ? count : count == EndOfStream ? 0 : throw Failure(nameof(RecvAsync), count);
                }

                ThrowIfOver(waits, nameof(RecvAsync), cancellationToken);
            }
        }
        finally
        {
            wait.End();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendWhenReadyAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        var waits = Waits(nameof(SendAsync));
        var wait = waits.Sends;
        wait.Begin(nameof(SendAsync));
        try
        {
            using var cancelling = SignalOnCancel(wait, cancellationToken);
            while (true)
            {
                await wait.WaitAsync().ConfigureAwait(false);
                int count = Send(buffer.Span, TimeSpan.Zero);
                if (count == buffer.Length)
                {
                    return;
                }

                if (count >= 0)
                {
                    buffer = buffer[count..];
                }
                else if (count != NothingYet)
                {
                    throw Failure(nameof(SendAsync), count);
                }

                ThrowIfOver(waits, nameof(SendAsync), cancellationToken);
            }
        }
        finally
        {
            wait.End();
        }
    }

    /// <summary>The objects through which awaits of this socket are signalled. The first call registers them with the wait thread.</summary>
    private SocketAwaits Waits(string call)
    {
        if (Volatile.Read(ref _waits) is { Lost: Errno.None } present)
        {
            return present;
        }

        if (!Enter())
        {
            throw Failure(call, -(int)Errno.EBADF);
        }

        var errno = SocketAwaits.Prepare(ref _waits, _fd);
        Leave();
        return errno == Errno.None ? _waits! : throw Failure(call, -(int)errno);
    }

    private static CancellationTokenRegistration SignalOnCancel(ReadyWait wait, CancellationToken cancellationToken)
        => cancellationToken.UnsafeRegister(static wait => ((ReadyWait)wait!).Signal(), wait);

    private static void ThrowIfOver(SocketAwaits waits, string call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (waits.Lost != Errno.None)
        {
            throw new TcpException(call, waits.Lost);
        }
    }

    /// <summary>Whether closing may wait for unsent bytes.</summary>
    private bool Lingers()
    {
        if (!Enter())
        {
            return false;
        }

        var lingers = LingerOf(ListenerFd) is { OnOff: not 0, Seconds: not 0 };
        Leave();
        return lingers;
    }
}
