using ActorTcp.Interop;
using ActorTcp.Sockets;

namespace ActorTcp.EventLoop;

/// <summary>
/// The sleep of the one thread that waits on a <see cref="Poller"/>, and its wake-up from other threads. The wake-up is a write to
/// an eventfd(2). It is registered edge-triggered, so each write is a separate event, and the counter is not read (2^64
/// writes would fill it).
/// </summary>
/// <remarks>
/// <code>
///              BeginSleep (owner)
///   Awake ────────────────────────────▶ Sleeping
///     ▲                                    │
///     ├──── EndSleep (owner) ──────────────┤
///     └──── Wake (any thread; writes) ─────┘
/// </code>
/// <para>The protocol. The owner calls <see cref="BeginSleep"/>, looks at all of its queues, waits (without a time-out only if
/// all are empty), and calls <see cref="EndSleep"/>. A producer queues an item and then calls <see cref="Wake"/>.</para>
/// <para>Why no wake-up is lost. The owner writes Sleeping and then reads the queues; the producer writes a queue and then
/// reads the state. A full fence is between the write and the read on both sides: the exchange in <see cref="BeginSleep"/>, and
/// the interlocked push of the producer. So at least one of them sees the write of the other. Either the owner sees the item and does not
/// wait, or the producer sees Sleeping and writes to the eventfd. A write that comes before epoll_wait(2) makes it return at once.</para>
/// <para>Only the producer that changes Sleeping to Awake writes, so a sleep costs one write at most. If the owner has ended its
/// sleep in the meantime, the write makes the next wait return once without a reason.</para>
/// </remarks>
internal sealed unsafe class Waker : IPollTarget, IDisposable
{
    private const int Awake = 0;
    private const int Sleeping = 1;

    private readonly int _fd;
    private int _state = Awake;

    /// <summary>The number of threads that write to the eventfd at the moment; negative after the disposal.</summary>
    private int _writers;

    /// <summary>Makes the eventfd and registers it.</summary>
    /// <exception cref="IOException">The system refuses one of the two.</exception>
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

    /// <summary>Whether the owner sleeps or is about to. From any thread.</summary>
    public bool IsSleeping => Volatile.Read(ref _state) == Sleeping;

    /// <summary>From here on <see cref="Wake"/> ends the owner's wait. A full fence: the owner reads its queues after it. On the owner's thread.</summary>
    public void BeginSleep() => Interlocked.Exchange(ref _state, Sleeping);

    /// <summary>The wait has ended, for whatever reason. On the owner's thread.</summary>
    public void EndSleep() => Volatile.Write(ref _state, Awake);

    /// <summary>
    /// Wakes the owner if it sleeps. From any thread, after an interlocked push onto a queue that the owner reads. Does nothing after the disposal.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Wake()
    {
        if (IsSleeping && Interlocked.CompareExchange(ref _state, Awake, Sleeping) == Sleeping)
        {
            Write();
        }
    }

    /// <summary>Waits for a wake-up without the poller, for an owner whose poller is lost. -1 ms waits without a limit.</summary>
    public void WaitWithoutPoller(int timeoutMilliseconds)
    {
        var errno = DescriptorWait.Until(_fd, PollFd.In, Deadline.After(timeoutMilliseconds < 0 ? null : TimeSpan.FromMilliseconds(timeoutMilliseconds)));
        if (errno == Errno.None)
        {
            // poll(2) is level-triggered: it reports the eventfd until it is read.
            ulong wakes;
            _ = Libc.Read(_fd, &wakes, sizeof(ulong));
        }
        else if (errno != Errno.EAGAIN)
        {
            // The eventfd is lost as well. The pause keeps the owner from spinning.
            Thread.Sleep(1);
        }
    }

    /// <inheritdoc/>
    public void OnReady(uint events)
    {
        // Nothing to do: the only purpose of the event is that the wait returns.
    }

    /// <inheritdoc/>
    public void OnFault()
    {
        // OnReady cannot throw.
    }

    /// <inheritdoc/>
    public void OnLost(Errno errno)
    {
        // The owner continues with WaitWithoutPoller.
    }

    /// <summary>Closes the eventfd when no thread is about to write to it: another file may get its number at once.</summary>
    public void Dispose()
    {
        Interlocked.Add(ref _writers, int.MinValue);
        var spin = new SpinWait();
        while (Volatile.Read(ref _writers) != int.MinValue)
        {
            spin.SpinOnce();
        }

        _ = Libc.Close(_fd);
    }

    private void Write()
    {
        if (Interlocked.Increment(ref _writers) > 0)
        {
            var one = 1UL;
            _ = Libc.Write(_fd, &one, sizeof(ulong));
        }

        Interlocked.Decrement(ref _writers);
    }
}
