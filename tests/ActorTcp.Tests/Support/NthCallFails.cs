namespace ActorTcp.Tests.Support;

/// <summary>
/// Makes the n-th system call since it was armed fail, with one of the errors of that call.
/// It counts the calls of the poll loops and of threads that ask for it. <see cref="CountedCalls"/> defines which calls are counted together.
/// </summary>
internal sealed class NthCallFails : ISystemCallFaults
{
    [ThreadStatic]
    private static bool _countsHere;

    private long _count;
    private long _nth = long.MaxValue;
    private long _badCloses;
    private int _kind;
    private CountedCalls _counted;
    private volatile bool _hasPeerEnded;
    private volatile TaskCompletionSource _received = new();

    /// <summary>
    /// Whether a send may fail with EAGAIN although the kernel has room.
    /// The first such failure is safe, because the connection then registers for writability and is notified at once.
    /// Later the kernel notifies only a change, which happens only if it really had no room.
    /// </summary>
    public bool MayBlock { get; init; } = true;

    /// <summary>
    /// Whether a receive may fail with EAGAIN although bytes are available. Not during a TLS handshake: its peer waits for an answer, so no next event comes.
    /// </summary>
    public bool MayReceiveLater { get; init; } = true;

    /// <summary>
    /// Completes at the first receive on a loop since <see cref="BeginPeer"/>.
    /// A peer that closes its side after it leaves that receive a chance to fail with EAGAIN.
    /// </summary>
    public Task Received => _received.Task;

    /// <summary>
    /// Whether the peer has closed its side, or is about to. Before that a receive may fail with EAGAIN although bytes are available.
    /// A loop is edge-triggered: it receives again at the next event, and the peer's close is the last event.
    /// After that no event comes, and the kernel never returns EAGAIN. A receive that got EAGAIN would correctly wait for ever.
    /// </summary>
    public bool HasPeerEnded
    {
        get => _hasPeerEnded;
        set => _hasPeerEnded = value;
    }

    /// <summary>Starts the life of a peer that has not closed its side.</summary>
    public void BeginPeer()
    {
        _hasPeerEnded = false;
        _received = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Completes <see cref="Received"/> for a peer that has nothing more to wait for.</summary>
    public void StopAwaiting() => _received.TrySetResult();

    /// <summary>The failed call, its errno, and whether it was on a loop; null: none yet.</summary>
    public (SystemCall Call, Errno Errno, bool OnLoop)? Fired { get; private set; }

    /// <summary>The number of ways in which the failed call can fail.</summary>
    public int Kinds { get; private set; }

    /// <summary>The number of calls since it was armed.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>The number of closes, on any thread, of a descriptor that was not open: closed twice, or retried after a failed close.</summary>
    public long BadCloses => Volatile.Read(ref _badCloses);

    public void Arm(long nth, int kind, CountedCalls counted)
    {
        Fired = null;
        Kinds = 0;
        _kind = kind;
        _counted = counted;
        Volatile.Write(ref _count, 0);
        Volatile.Write(ref _nth, nth);
    }

    public void Disarm() => Volatile.Write(ref _nth, long.MaxValue);

    /// <summary>Runs an action whose calls are counted although it is not on a loop.</summary>
    public static void Counting(Action action)
    {
        _countsHere = true;
        try
        {
            action();
        }
        finally
        {
            _countsHere = false;
        }
    }

    public int ErrnoOf(SystemCall call)
    {
        var onLoop = PollLoop.Current is not null;
        var errno = ErrnoOf(call, onLoop);
        if (onLoop && call == SystemCall.Receive)
        {
            _received.TrySetResult();
        }

        return errno;
    }

    public int ErrnoOfClose(int errno)
    {
        if (errno == (int)Errno.EBADF)
        {
            Interlocked.Increment(ref _badCloses);
        }

        return errno != 0 ? errno : ErrnoOf(SystemCall.Close);
    }

    private int ErrnoOf(SystemCall call, bool onLoop)
    {
        if (!(onLoop || _countsHere) || PlaceOf(call, onLoop) != _counted)
        {
            return 0;
        }

        var nth = Interlocked.Increment(ref _count);
        if (nth != Volatile.Read(ref _nth))
        {
            return 0;
        }

        var errors = ErrorsOf(call, nth);
        Kinds = errors.Length - (errors[^1] == Errno.EAGAIN && onLoop && !MayBeTooEarly(call) ? 1 : 0);
        if (_kind >= Kinds)
        {
            return 0;
        }

        Fired = (call, errors[_kind], onLoop);
        return (int)errors[_kind];
    }

    private static CountedCalls PlaceOf(SystemCall call, bool onLoop) =>
        call == SystemCall.EpollWait ? CountedCalls.Waits : onLoop ? CountedCalls.OnLoops : CountedCalls.Elsewhere;

    /// <summary>Whether the caller handles a false EAGAIN. A level-triggered listener and a wait with poll(2) always do.</summary>
    private bool MayBeTooEarly(SystemCall call) => call switch
    {
        SystemCall.Send => MayBlock,
        SystemCall.Receive => MayReceiveLater && !HasPeerEnded,
        _ => true,
    };

    /// <summary>The errors of a call. EAGAIN is last, if the call can return it.</summary>
    private static Errno[] ErrorsOf(SystemCall call, long nth) => call switch
    {
        SystemCall.Socket => [Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM],
        SystemCall.Connect => [Errno.ENETUNREACH, Errno.EADDRNOTAVAIL, Errno.ETIMEDOUT, Errno.ENOBUFS],
        SystemCall.Accept =>
            [Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM, Errno.ECONNABORTED, Errno.EPROTO, Errno.EPERM, Errno.EINTR, Errno.EAGAIN],
        SystemCall.Receive => [Errno.ECONNRESET, Errno.ENOMEM, Errno.EINTR, Errno.EAGAIN],
        SystemCall.Send => [Errno.ECONNRESET, Errno.EPIPE, Errno.ENOBUFS, Errno.ENOMEM, Errno.EINTR, Errno.EAGAIN],
        SystemCall.Shutdown => [Errno.ENOTCONN],
        SystemCall.EpollAdd => [Errno.ENOMEM, Errno.ENOSPC],
        SystemCall.EpollModify => [Errno.ENOMEM],
        SystemCall.EpollWait => [Errno.EINTR, Errno.EBADF],
        // Alternating errors, because there are many closes and callers ignore their result.
        SystemCall.Close => [nth % 2 == 0 ? Errno.EINTR : Errno.EIO],
        _ => [Errno.ENOBUFS],
    };
}
