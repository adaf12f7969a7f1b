using ActorTcp.Memory;

namespace ActorTcp.EventLoop;

/// <summary>
/// A thread with an epoll instance and a run queue. It knows descriptors, queued work and timers, but no socket and no actor. In each
/// turn it waits for readiness, delivers it, runs queued work within a budget, calls the end-of-turn targets, and calls the timers that are due.
/// It does not wait while work is queued. With nothing to do it sleeps in the kernel without a time-out.
/// </summary>
internal sealed partial class PollLoop : IDisposable
{
    [ThreadStatic]
    private static PollLoop? _current;

    private readonly Thread _thread;
    private readonly ILoopClock _clock;
    private readonly Waker _waker;
    private readonly Action<PollLoop, Exception> _onFailure;
    private readonly Action<object, Exception> _onFault;
    private LoopQueue<Action> _posted;
    private LoopQueue<IEndOfTurn> _endsOfTurn;
    private int _state = (int)LoopState.Created;

    /// <summary>Makes a loop. <see cref="Start"/> starts it.</summary>
    /// <param name="index">The loop's number, starting at 0.</param>
    /// <param name="name">The thread's name.</param>
    /// <param name="onFailure">Called with an exception that reached the loop. The loop continues.</param>
    /// <param name="checksLeases">Whether leases of the loop's memory are checked (<see cref="LeaseChecks"/>).</param>
    /// <param name="clock">The clock of the loop's timers. Defaults to the system's clock.</param>
    /// <exception cref="IOException">The system has no descriptor left for the loop.</exception>
    public PollLoop(int index, string name, Action<PollLoop, Exception> onFailure, ILoopClock? clock = null, bool checksLeases = false)
    {
        Index = index;
        Name = name;
        _onFailure = onFailure;
        _onFault = OnFault;
        LeaseChecks = checksLeases ? new LeaseChecks() : null;
        Slabs = new SlabPool(LeaseChecks);
        _clock = clock ?? SystemClock.Instance;
        Now = _clock.Milliseconds;
        Poller = new Poller();
        try
        {
            _waker = new Waker(Poller);
        }
        catch
        {
            Poller.Dispose();
            throw;
        }

        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    /// <summary>The loop whose thread calls; null on any other thread.</summary>
    public static PollLoop? Current => _current;

    public int Index { get; }

    public string Name { get; }

    /// <summary>Registers descriptors. On the loop's thread.</summary>
    public Poller Poller { get; }

    /// <summary>The memory into which the loop's connections receive.</summary>
    public SlabPool Slabs { get; }

    /// <summary>The checks of the loop's leases; null if they are off.</summary>
    public LeaseChecks? LeaseChecks { get; }

    /// <summary>The buffer for the gathering sends of the loop's connections.</summary>
    public GatherBuffer Gather { get; } = new();

    /// <summary>The executor's run queue. Set before <see cref="Start"/>.</summary>
    public ILoopWork? Work { get; set; }

    /// <summary>The loop's counters.</summary>
    public LoopMeters Meters { get; } = new();

    /// <summary>The loop's timers. On the loop's thread.</summary>
    public TimerWheel Timers { get; } = new();

    /// <summary>What the layers above keep for this loop. Read by <see cref="LoopLocal{T}"/>.</summary>
    public LoopLocals Locals { get; } = new();

    /// <summary>The loop's clock at the beginning of the current turn, in milliseconds.</summary>
    public long Now { get; private set; }

    /// <summary>The loop's clock now, in milliseconds. From any thread.</summary>
    public long Clock => _clock.Milliseconds;

    /// <summary>The number of the current turn, starting at 1.</summary>
    public long Turn { get; private set; }

    public LoopState State => (LoopState)Volatile.Read(ref _state);

    /// <summary>Whether the loop waits in the kernel for something to do. From any thread.</summary>
    public bool IsSleeping => _waker.IsSleeping;

    /// <summary>Whether the calling thread is the loop's.</summary>
    public bool IsCurrent => ReferenceEquals(_current, this);

    public void Start()
    {
        var isNew = Change(LoopState.Created, LoopState.Running);
        Debug.Assert(isNew, "a loop is started once");
        _thread.Start();
    }

    /// <summary>
    /// Runs an action in the loop's next turn. From any thread. When the loop has stopped, the action is not run; but if its target is a
    /// work item of the thread pool, that is run there instead.
    /// </summary>
    /// <returns>False if the loop has stopped. The loop may still have run the action.</returns>
    public bool Post(Action action)
    {
        if (IsCurrent)
        {
            _posted.EnqueueLocal(action);
        }
        else
        {
            _posted.Push(action);
            _waker.Wake();
        }

        return State != LoopState.Stopped;
    }

    /// <summary>Calls a target once at the end of the current turn. On the loop's thread.</summary>
    public void RunAtEndOfTurn(IEndOfTurn target) => _endsOfTurn.EnqueueLocal(target);

    /// <summary>Wakes the loop if it sleeps. Called after an interlocked push onto a queue that the loop reads.</summary>
    public void WakeIfSleeping() => _waker.Wake();

    /// <summary>Logs a failure that is already contained.</summary>
    public void Report(Exception failure) => _onFailure(this, failure);

    /// <summary>Ends the loop after the current turn. From any thread. Does nothing if it is called again.</summary>
    public void Stop()
    {
        if (Change(LoopState.Created, LoopState.Stopped))
        {
            Release();
        }
        else if (Change(LoopState.Running, LoopState.Stopping))
        {
            // The change is interlocked, and the loop reads the state after BeginSleep: the argument at Waker holds.
            _waker.Wake();
        }
    }

    /// <summary>Waits until the thread has ended. Not from the loop's own thread.</summary>
    /// <returns>Whether it ended within the limit.</returns>
    public bool Join(TimeSpan limit) => (State == LoopState.Stopped && !_thread.IsAlive) || _thread.Join(limit);

    /// <summary>Stops the loop and waits for its thread, unless that is the calling thread.</summary>
    public void Dispose()
    {
        Stop();
        if (!IsCurrent)
        {
            _ = Join(Timeout.InfiniteTimeSpan);
        }
    }

    private void Run()
    {
        _current = this;
        if (LeaseChecks is not null)
        {
            ThreadSlabs.CheckThisThread(LeaseChecks);
        }

        while (State != LoopState.Stopping)
        {
            try
            {
                TakeTurn();
            }
            catch (Exception failure)
            {
                _onFailure(this, failure);
            }
        }

        // A full fence: each Post either sees that the loop has stopped, or this thread sees its action.
        Interlocked.Exchange(ref _state, (int)LoopState.Stopped);
        ReturnAwaits();
        Release();
    }

    /// <summary>Awaits that were to continue on this loop continue on the thread pool.</summary>
    private void ReturnAwaits()
    {
        while (_posted.TryDequeue(out var action))
        {
            if (action.Target is IThreadPoolWorkItem await)
            {
                ThreadPool.UnsafeQueueUserWorkItem(await, preferLocal: false);
            }
        }
    }

    private bool Change(LoopState from, LoopState to) =>
        Interlocked.CompareExchange(ref _state, (int)to, (int)from) == (int)from;

    private void Release()
    {
        Locals.Dispose(_onFault);
        _waker.Dispose();
        Poller.Dispose();
    }
}

/// <summary>Work that a <see cref="PollLoop"/> runs in each turn: the run queue of an executor.</summary>
internal interface ILoopWork
{
    /// <summary>Whether nothing is queued, as far as the calling thread can see. From any thread.</summary>
    bool IsEmpty { get; }

    /// <summary>The approximate number of queued items. From any thread.</summary>
    int Count { get; }

    /// <summary>The name of what runs at the moment, for messages; null if nothing runs. From any thread.</summary>
    string? Running { get; }

    /// <summary>Runs queued items on the loop's thread until a limit is reached. An item that throws does not keep the others from running.</summary>
    /// <param name="budget">The maximum number of items.</param>
    /// <param name="limit">The time after which no further item is started. It is checked every few items.</param>
    /// <param name="onFault">Called with an item that threw, and its exception.</param>
    void Run(int budget, TimeSpan limit, Action<object, Exception> onFault);
}

/// <summary>A target that is called at the end of a turn, after the readiness and the mailboxes of that turn.</summary>
internal interface IEndOfTurn
{
    /// <summary>The turn ends. Called once per <see cref="PollLoop.RunAtEndOfTurn"/>, on the loop's thread. Must not throw.</summary>
    void OnEndOfTurn();
}
