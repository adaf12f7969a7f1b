using System.Threading.Tasks.Sources;

namespace ActorTcp.Sockets;

/// <summary>
/// Waits for one direction of a socket to be worth another try. One object serves all waits of that direction, one after the other:
/// a wait allocates nothing.
/// </summary>
/// <remarks>
/// <code>
///              Signal             Signal (continues the await)
///   Ready  ◀──────────  Idle  ◀──────────────────────────────  Waiting
///     └──────────────────▶ └────────────────────────────────────▶
///       WaitAsync (completes at once)        WaitAsync
/// </code>
/// A signal says only "try again": readiness, cancellation and closing are all the same signal. The user of the wait tries
/// its call before each wait. A signal that comes between the failed try and the wait is kept as Ready, so none is lost; one that
/// was kept for too long costs one more try.
/// </remarks>
internal sealed class ReadyWait : IValueTaskSource, IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Ready = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> _core;
    private Action? _execute;
    private IHomeLoop? _home;
    private int _state = Idle;
    private int _isDue;
    private int _isBusy;

    /// <summary>Whether a call of this direction is under way.</summary>
    public bool IsBusy => Volatile.Read(ref _isBusy) != 0;

    /// <summary>Takes the direction for one call.</summary>
    /// <exception cref="InvalidOperationException">Another call of this direction is under way.</exception>
    public void Begin(string call)
    {
        if (Interlocked.Exchange(ref _isBusy, 1) != 0)
        {
            throw AlreadyWaiting(call);
        }
    }

    public void End() => Volatile.Write(ref _isBusy, 0);

    public static InvalidOperationException AlreadyWaiting(string call)
        => new($"{call}: another call waits for the same direction of this socket; await that one first");

    /// <summary>
    /// Completes when the call is worth another try. Continues on the thread of the loop on which it is called, or else on a thread of the
    /// thread pool. Called by the one call that is under way.
    /// </summary>
    public ValueTask WaitAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Ready) == Ready)
        {
            return default;
        }

        _core.Reset();
        _home = HomeLoop.OfThread();
        var wait = new ValueTask(this, _core.Version);
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Ready)
        {
            Volatile.Write(ref _state, Idle);
            return default;
        }

        return wait;
    }

    /// <summary>Lets the call try again. From any thread; runs nothing of the user's.</summary>
    public void Signal()
    {
        if (Interlocked.CompareExchange(ref _state, Ready, Idle) == Waiting
            && Interlocked.CompareExchange(ref _state, Idle, Waiting) == Waiting)
        {
            Continue();
        }
    }

    /// <summary>Runs what awaits. A loop that ends may let it run twice; the second time finds nothing due.</summary>
    public void Execute()
    {
        if (Interlocked.Exchange(ref _isDue, 0) != 0)
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
        Volatile.Write(ref _isDue, 1);
        if (_home is null || !_home.TryPost(_execute ??= Execute))
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
