namespace ActorTcp.Tests.Support;

/// <summary>
/// Makes one system call of the poll loops fail, and of who asks for it: the n-th since it was armed, with one of the errors that such a call can have.
/// What is counted together is said by <see cref="CountedCalls"/>.
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
    /// Whether a send may be told EAGAIN though there is room. A connection waits for the writability that comes behind it, and is told of it where it
    /// asks for the first time; later on there is a change to be told of only where there really was no room.
    /// </summary>
    public bool MayBlock { get; init; } = true;

    /// <summary>
    /// Completed by the first receive on a loop since <see cref="BeginPeer"/>, so that a peer which ends its side behind it leaves that receive a way
    /// to be too early.
    /// </summary>
    public Task Received => _received.Task;

    /// <summary>
    /// Whether the peer has ended its side, or is about to. Up to then a receive may be told EAGAIN though there are bytes. A loop is edge-triggered: it
    /// receives again when something more comes, and what comes at the latest is that end. Behind it nothing would come, and the kernel never says
    /// EAGAIN then: who were told so would wait for ever, and rightly.
    /// </summary>
    public bool HasPeerEnded
    {
        get => _hasPeerEnded;
        set => _hasPeerEnded = value;
    }

    /// <summary>A peer begins, which has not ended its side.</summary>
    public void BeginPeer()
    {
        _hasPeerEnded = false;
        _received = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Completes <see cref="Received"/> for a peer that has nothing to await any more.</summary>
    public void StopAwaiting() => _received.TrySetResult();

    /// <summary>What failed, how, and whether on a loop; null: nothing yet.</summary>
    public (SystemCall Call, Errno Errno, bool OnLoop)? Fired { get; private set; }

    /// <summary>How many ways to fail the call that was hit has.</summary>
    public int Kinds { get; private set; }

    /// <summary>How many calls there were since it was armed.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>How many closes, on whatever thread, were of a descriptor that was not open: closed twice, or closed anew because the close before had failed.</summary>
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

    /// <summary>Does something whose calls are counted, though it is on no loop.</summary>
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

    /// <summary>Whether a loop stands an EAGAIN that is not true. A listener, which is level-triggered, and who waits with poll(2) always do.</summary>
    private bool MayBeTooEarly(SystemCall call) => call switch
    {
        SystemCall.Send => MayBlock,
        SystemCall.Receive => !HasPeerEnded,
        _ => true,
    };

    /// <summary>EAGAIN, where a call can have it, last.</summary>
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
        // By turns: there are many of them, and nobody looks at what they answer.
        SystemCall.Close => [nth % 2 == 0 ? Errno.EINTR : Errno.EIO],
        _ => [Errno.ENOBUFS],
    };
}
