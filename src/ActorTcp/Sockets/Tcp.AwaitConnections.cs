namespace ActorTcp.Sockets;

/// <content>The awaitable calls that make connections.</content>
public sealed partial class Tcp
{
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Connects to an address. The awaitable form of <c>CreateClient</c>. Can be called on any thread; no thread needs to poll. An await on the thread of a
    /// poll loop continues on that loop. Any other await continues in its context, or on the thread pool.
    /// </summary>
    /// <param name="addr">The peer's address. Host names are not resolved here.</param>
    /// <param name="cancellationToken">
    /// Cancels the connect and closes its socket. For a time-out, use the token of a <see cref="CancellationTokenSource"/> with a delay.
    /// </param>
    /// <returns>The connection.</returns>
    /// <exception cref="ArgumentNullException">The address is null. <see cref="SockAddr(string, int, int)"/> returns null for a malformed one.</exception>
    /// <exception cref="TcpException">
    /// The connect failed, for example with <see cref="Errno.ECONNREFUSED"/>, <see cref="Errno.ETIMEDOUT"/>, <see cref="Errno.ENETUNREACH"/> or
    /// <see cref="Errno.EMFILE"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ValueTask<Tcp> ConnectAsync(SockAddr addr, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(addr);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Tcp>(cancellationToken);
        }

        var errno = Errno.EAFNOSUPPORT;
        if (addr.IsUnix || BeginClient(addr, null, out errno) is not { } tcp)
        {
            return ValueTask.FromException<Tcp>(new TcpException(nameof(ConnectAsync), errno));
        }

        // A connect over the loopback interface has ended already.
        errno = tcp.ConnectResult(addr);
        return errno == Errno.None ? new(tcp) : FinishConnectAsync(tcp, addr, errno, cancellationToken);
    }

    /// <summary>
    /// Accepts the first connection in the backlog, or waits for one. The awaitable form of <c>Accept</c>. <see cref="PeerName"/> of the result is the peer's
    /// address.
    /// </summary>
    /// <remarks>
    /// Can be called on any thread; no thread needs to poll. An await on the thread of a poll loop continues on that loop. Any other await continues in its
    /// context, or on the thread pool. <see cref="MPorts"/> must not be called during the wait.
    /// </remarks>
    /// <param name="cancellationToken">Ends the wait. No connection is lost, and the server stays usable.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="TcpException">
    /// <see cref="Errno.EINVAL"/> if the socket does not listen. <see cref="Errno.EMFILE"/> or <see cref="Errno.ENFILE"/> if no descriptor is free; the
    /// connection stays in the backlog.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The socket was closed, released or detached, before or during the wait.</exception>
    /// <exception cref="InvalidOperationException">Another accept waits on this socket, or a callback accepts its connections.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<Tcp> AcceptAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Tcp>(cancellationToken);
        }

        if (_accepting is { IsArmed: true })
        {
            return ValueTask.FromException<Tcp>(new InvalidOperationException(
                $"{nameof(AcceptAsync)}: a callback accepts the connections of this server; Accept(null) removes the callback"));
        }

        if (_waits is { Receives.IsBusy: true })
        {
            return ValueTask.FromException<Tcp>(ReadyWait.AlreadyWaiting(nameof(AcceptAsync)));
        }

        return AcceptGuarded(out _, out var errno) is { } accepted ? new(accepted)
            : errno == Errno.EAGAIN ? AcceptWhenReadyAsync(cancellationToken)
            : ValueTask.FromException<Tcp>(Failure(nameof(AcceptAsync), -(int)errno));
    }

    /// <summary>
    /// Accepts connections one after the other, for <c>await foreach</c>. It ends without an exception when the server is closed, released or detached. If no
    /// descriptor or memory is free, it pauses for 100 ms and tries again. Meanwhile the connections stay in the backlog.
    /// </summary>
    /// <param name="cancellationToken">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The connections, each of which the caller closes.</returns>
    /// <exception cref="TcpException"><see cref="Errno.EINVAL"/> if the socket does not listen.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed before the enumeration began.</exception>
    /// <exception cref="InvalidOperationException">Another accept waits on this socket, or a callback accepts its connections.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async IAsyncEnumerable<Tcp> AcceptAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(SockFd < 0, this);
        while (true)
        {
            Tcp? accepted = null;
            try
            {
                accepted = await AcceptAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                yield break;
            }
            catch (TcpException failure) when (failure.Errno is Errno.EMFILE or Errno.ENFILE or Errno.ENOBUFS or Errno.ENOMEM)
            {
                await Task.Delay(AcceptPause, cancellationToken).ConfigureAwait(false);
            }

            if (accepted is not null)
            {
                yield return accepted;
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<Tcp> FinishConnectAsync(Tcp tcp, SockAddr addr, Errno errno, CancellationToken cancellationToken)
    {
        try
        {
            if (errno == Errno.EINPROGRESS)
            {
                var waits = tcp.Waits(nameof(ConnectAsync));
                using var cancelling = SignalOnCancel(waits.Sends, cancellationToken);
                while ((errno = tcp.ConnectResult(addr)) == Errno.EINPROGRESS)
                {
                    ThrowIfOver(waits, nameof(ConnectAsync), cancellationToken);
                    await waits.Sends.WaitAsync().ConfigureAwait(false);
                }
            }

            return errno == Errno.None ? tcp : throw new TcpException(nameof(ConnectAsync), errno);
        }
        catch
        {
            tcp.Close();
            throw;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Tcp> AcceptWhenReadyAsync(CancellationToken cancellationToken)
    {
        var waits = Waits(nameof(AcceptAsync));
        var wait = waits.Receives;
        wait.Begin(nameof(AcceptAsync));
        try
        {
            using var cancelling = SignalOnCancel(wait, cancellationToken);
            while (true)
            {
                await wait.WaitAsync().ConfigureAwait(false);
                if (AcceptGuarded(out _, out var errno) is { } accepted)
                {
                    return accepted;
                }

                if (errno != Errno.EAGAIN)
                {
                    throw Failure(nameof(AcceptAsync), -(int)errno);
                }

                ThrowIfOver(waits, nameof(AcceptAsync), cancellationToken);
            }
        }
        finally
        {
            wait.End();
        }
    }
}
