using ActorTcp.Interop;
using ActorTcp.Sockets;

namespace ActorTcp.EventLoop;

/// <summary>
/// Wakes a thread that waits on a <see cref="Poller"/>: an eventfd(2), registered edge-triggered, so that each write
/// is an event of its own and the counter never needs to be read (it would take 2^64 writes to fill it).
/// </summary>
internal sealed unsafe class Waker : IPollTarget, IDisposable
{
    private readonly int _fd;

    /// <summary>How many threads are inside <see cref="Wake"/>; negative from the disposal on.</summary>
    private int _waking;

    public Waker(Poller poller)
    {
        _fd = Libc.EventFd(0, EpollEvents.CloseOnExec | EpollEvents.NonBlocking);
        if (_fd < 0)
        {
            throw new IOException($"eventfd failed with errno {Libc.LastErrno}");
        }

        var token = poller.Register(_fd, EpollEvents.In | EpollEvents.EdgeTriggered, this);
        if (token < 0)
        {
            _ = Libc.Close(_fd);
            throw new IOException($"epoll_ctl failed with errno {-token}");
        }
    }

    /// <summary>Makes the poller's wait return. From any thread; nothing happens once it is disposed.</summary>
    public void Wake()
    {
        if (Interlocked.Increment(ref _waking) > 0)
        {
            var one = 1UL;
            _ = Libc.Write(_fd, &one, sizeof(ulong));
        }

        Interlocked.Decrement(ref _waking);
    }

    /// <summary>Waits for a wake without the poller, for who cannot wait there. -1 ms is for ever.</summary>
    public void Rest(int timeoutMilliseconds)
    {
        var errno = DescriptorWait.Until(_fd, PollFd.In, Deadline.After(timeoutMilliseconds < 0 ? null : TimeSpan.FromMilliseconds(timeoutMilliseconds)));
        if (errno == Errno.None)
        {
            // poll(2) tells of it until it is read.
            ulong wakes;
            _ = Libc.Read(_fd, &wakes, sizeof(ulong));
        }
        else if (errno != Errno.EAGAIN)
        {
            // This descriptor is lost as well: at least it does not spin.
            Thread.Sleep(1);
        }
    }

    /// <inheritdoc/>
    public void OnReady(uint events)
    {
        // That the wait has returned is all there is to it.
    }

    /// <inheritdoc/>
    public void OnFault()
    {
        // It does nothing that could fail.
    }

    /// <inheritdoc/>
    public void OnLost(Errno errno)
    {
        // The loop goes on by Rest.
    }

    /// <summary>Closes the eventfd when no thread is about to write to it: its number may be another's at once.</summary>
    public void Dispose()
    {
        Interlocked.Add(ref _waking, int.MinValue);
        var spin = new SpinWait();
        while (Volatile.Read(ref _waking) != int.MinValue)
        {
            spin.SpinOnce();
        }

        _ = Libc.Close(_fd);
    }
}
