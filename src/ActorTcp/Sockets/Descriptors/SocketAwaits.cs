namespace ActorTcp.Sockets;

/// <summary>
/// The awaits of one socket, one for each direction. Made at the first await that does not complete at once, and registered with the
/// <see cref="WaitThread"/> until the socket is closed or given up. It does not hold the Tcp object; the call that waits does.
/// </summary>
internal sealed class SocketAwaits : IDescriptorWatcher
{
    private static readonly Lock Making = new();

    private readonly WaitThread _thread;
    private readonly int _fd;
    private volatile bool _isOver;

    private SocketAwaits(WaitThread thread, int fd)
    {
        _thread = thread;
        _fd = fd;
        Token = thread.NextToken();
    }

    /// <summary>Receives and accepts.</summary>
    public ReadyWait Receives { get; } = new();

    /// <summary>Sends and connects.</summary>
    public ReadyWait Sends { get; } = new();

    /// <summary>The token of its events. Each socket has a different one.</summary>
    public long Token { get; }

    /// <summary>The errno with which the wait thread has ended; None if it has not ended.</summary>
    public Errno Lost { get; private set; }

    /// <summary>
    /// Creates the waits of a socket if it has none, or if its wait thread has ended. The caller is inside a call on the socket, which keeps the descriptor
    /// open. Two threads may call it at the same time, one that receives and one that sends.
    /// </summary>
    /// <returns>None, or the errno if the socket cannot be registered.</returns>
    public static Errno Prepare(ref SocketAwaits? place, int fd)
    {
        lock (Making)
        {
            if (place is { Lost: Errno.None })
            {
                return Errno.None;
            }

            if (WaitThread.Current(out var errno) is not { } thread)
            {
                return errno;
            }

            var waits = new SocketAwaits(thread, fd);
            if (!DescriptorTable.TryWatch(fd, waits))
            {
                return Errno.EBADF;
            }

            errno = thread.Add(waits, fd);
            if (errno == Errno.None && waits._isOver)
            {
                // Closed in the meantime, before it was registered.
                thread.Remove(waits.Token, fd);
                errno = Errno.EBADF;
            }

            if (errno == Errno.None)
            {
                place = waits;
            }
            else
            {
                DescriptorTable.Unwatch(fd, waits);
            }

            return errno;
        }
    }

    /// <summary>The wait thread has ended, because its wait failed.</summary>
    public void OnLost(Errno errno)
    {
        Lost = errno;
        SignalAll();
    }

    public void SignalAll()
    {
        Receives.Signal();
        Sends.Signal();
    }

    void IDescriptorWatcher.OnClosing()
    {
        _isOver = true;
        _thread.Remove(Token, _fd);
        // The call tries again, and finds the socket closed.
        SignalAll();
    }

    void IDescriptorWatcher.OnReplacing() => _thread.Silence(_fd);

    void IDescriptorWatcher.OnReplaced() => _thread.Restore(_fd, Token);
}
