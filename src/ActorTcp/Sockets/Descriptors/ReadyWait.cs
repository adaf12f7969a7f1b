using System.Threading.Tasks.Sources;
using ActorTcp.EventLoop;

namespace ActorTcp.Sockets;

/// <summary>
/// The await of one direction of a socket. It completes when the call should try again. One object serves all waits of that direction, one after the other,
/// so a wait allocates nothing.
/// </summary>
/// <remarks>
/// <code>
///              Signal                 WaitAsync               Signal (queues the continuation)
///   Ready  ◀───────────────  Idle  ───────────────▶  Waiting  ───────────────▶  Due
///     └───────────────────────▶ ◀───────────────────────────────────────────────┘
///   WaitAsync (completes at once)              Execute (runs the continuation)
/// </code>
/// A signal only means "try again". Readiness, cancellation and closing are the same signal. The call tries before each wait. A signal between the failed
/// try and the wait is kept as Ready, so none is lost. A signal that is out of date causes one unnecessary try. A signal in Due has no effect, because the
/// next try comes after it.
/// </remarks>
internal sealed class ReadyWait : IValueTaskSource, IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Ready = 1;
    private const int Waiting = 2;
    private const int Due = 3;

    private ManualResetValueTaskSourceCore<bool> _core;
    private Action? _execute;
    private PollLoop? _loop;
    private int _state = Idle;

    // Not part of the state: one call may have several waits, and signals may also come between two calls.
    private int _isBusy;

    /// <summary>Whether a call of this direction has started and not ended.</summary>
    public bool IsBusy => Volatile.Read(ref _isBusy) != 0;

    /// <summary>Reserves the direction for one call.</summary>
    /// <exception cref="InvalidOperationException">Another call of this direction has not ended.</exception>
    public void Begin(string call)
    {
        if (Interlocked.Exchange(ref _isBusy, 1) != 0)
        {
            throw AlreadyWaiting(call);
        }
    }

    public void End() => Volatile.Write(ref _isBusy, 0);

    public static InvalidOperationException AlreadyWaiting(string call)
        => new($"{call}: another call waits for the same direction of this socket; await that call first");

    /// <summary>
    /// Completes when the call should try again. If it is called on the thread of a loop, the continuation runs there, otherwise on the thread pool. Only the
    /// call that reserved the direction calls it.
    /// </summary>
    public ValueTask WaitAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Ready) == Ready)
        {
            return default;
        }

        _core.Reset();
        _loop = PollLoop.Current;
        var wait = new ValueTask(this, _core.Version);
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Ready)
        {
            Volatile.Write(ref _state, Idle);
            return default;
        }

        return wait;
    }

    /// <summary>Makes the call try again. From any thread. Runs no code of the user.</summary>
    public void Signal()
    {
        if (Interlocked.CompareExchange(ref _state, Ready, Idle) == Waiting
            && Interlocked.CompareExchange(ref _state, Due, Waiting) == Waiting)
        {
            Continue();
        }
    }

    /// <summary>Runs the continuation. A loop that stops may let it run twice; the second time finds nothing due.</summary>
    public void Execute()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Due) == Due)
        {
            _core.SetResult(true);
        }
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);

    private void Continue()
    {
        if (_loop is null || !_loop.Post(_execute ??= Execute))
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
