using ActorTcp.Memory;
using ActorTcp.Sockets;
using ActorTcp.Transport.Epoll;

namespace ActorTcp.EventLoop;

/// <summary>
/// A thread with an epoll instance and a run queue. A turn: wait for readiness (not at all while work is queued, for
/// ever when there is none), deliver it, run the queued work within a budget, end the turn for those who asked. A loop
/// with nothing to do sleeps in the kernel and costs nothing.
/// </summary>
internal sealed class PollLoop : IPollDriver, IHomeLoop, IDisposable
{
    /// <summary>How many items of the run queue one turn runs before readiness is looked at again.</summary>
    private const int WorkPerTurn = 512;

    /// <summary>How long one turn runs them: a turn with much slow work looks at readiness and timers in between.</summary>
    private static readonly TimeSpan WorkTimePerTurn = TimeSpan.FromMilliseconds(5);

    /// <summary>How long it rests, in milliseconds, before it waits again behind a wait that failed.</summary>
    private const int FailedWaitRest = 10;

    /// <summary>How long waiting may fail before the descriptors are given up.</summary>
    private static readonly TimeSpan FailedWaitLimit = TimeSpan.FromSeconds(1);

    [ThreadStatic]
    private static PollLoop? _current;

    private readonly Thread _thread;
    private readonly ILoopClock _clock;
    private readonly Waker _waker;
    private readonly Action<PollLoop, Exception> _onFailure;
    private readonly Action<object, Exception> _onFault;
    private LoopQueue<Action> _posted;
    private LoopQueue<IEndOfTurn> _turnEnds;
    private int _state = (int)LoopState.Created;
    private long _waitFailedIn = -2;
    private long _waitFailsSince;

    /// <summary>Makes a loop; <see cref="Start"/> starts it.</summary>
    /// <param name="index">Its number, from 0.</param>
    /// <param name="name">The thread's name.</param>
    /// <param name="onFailure">Told of an exception that came up to the loop, which goes on.</param>
    /// <param name="checksLeases">Whether leases of its memory are checked (<see cref="LeaseChecks"/>).</param>
    /// <param name="clock">What its timers go by; the system's clock where none is given.</param>
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

        Dispatcher = new PollDispatcher(Poller, this);
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    /// <summary>The loop whose thread this is, or null.</summary>
    public static PollLoop? Current => _current;

    public int Index { get; }

    public string Name { get; }

    /// <summary>For registrations, on the loop's thread only.</summary>
    public Poller Poller { get; }

    /// <summary>The dispatcher that this loop turns: what user's events and asynchronous calls on the loop's thread wait at.</summary>
    public PollDispatcher Dispatcher { get; }

    /// <summary>The memory that the loop's connections receive into.</summary>
    public SlabPool Slabs { get; }

    /// <summary>The checked mode of its leases; null if it is off.</summary>
    public LeaseChecks? LeaseChecks { get; }

    /// <summary>Where the loop's connections lay out their gathering sends.</summary>
    public GatherBuffer Gather { get; } = new();

    /// <summary>The executor's run queue. Set before <see cref="Start"/>.</summary>
    public ILoopWork? Work { get; set; }

    /// <summary>What the loop counts.</summary>
    public LoopMeters Meters { get; } = new();

    /// <summary>The loop's timers.</summary>
    public TimerWheel Timers { get; } = new();

    /// <summary>The sockets that wait for the end of the peer's stream before they are closed.</summary>
    public ClosingSockets Closing { get; } = new();

    /// <summary>The loop's clock at the beginning of this turn, in milliseconds.</summary>
    public long Now { get; private set; }

    /// <summary>The number of the current turn, from 1.</summary>
    public long Turn { get; private set; }

    public LoopState State => (LoopState)Volatile.Read(ref _state);

    public bool IsCurrent => ReferenceEquals(_current, this);

    public void Start()
    {
        var before = Interlocked.CompareExchange(ref _state, (int)LoopState.Awake, (int)LoopState.Created);
        Debug.Assert(before == (int)LoopState.Created, "a loop is started once");
        _thread.Start();
    }

    /// <summary>Runs an action in the loop's next turn. From any thread. Not run when the loop has stopped.</summary>
    public void Post(Action action)
    {
        if (IsCurrent)
        {
            _posted.EnqueueLocal(action);
            return;
        }

        _posted.Push(action);
        WakeIfSleeping();
    }

    /// <summary>Asks for one call at the end of the current turn. On the loop's thread.</summary>
    public void RunAtEndOfTurn(IEndOfTurn target) => _turnEnds.EnqueueLocal(target);

    /// <summary>Behind a push onto a queue of the loop's (a full fence): wakes the loop if it really sleeps.</summary>
    public void WakeIfSleeping()
    {
        if (Volatile.Read(ref _state) == (int)LoopState.Sleeping && Change(LoopState.Sleeping, LoopState.Awake))
        {
            _waker.Wake();
        }
    }

    /// <summary>Tells the loop to end after its turn. From any thread; more than once does nothing.</summary>
    public void Stop()
    {
        if (Change(LoopState.Created, LoopState.Stopped))
        {
            Release();
        }
        else if (!Change(LoopState.Awake, LoopState.Stopping) && Change(LoopState.Sleeping, LoopState.Stopping))
        {
            _waker.Wake();
        }
        else if (State is LoopState.Awake or LoopState.Sleeping)
        {
            // It fell asleep or woke between the two attempts.
            Stop();
        }
    }

    /// <summary>Waits until the thread has ended. Not from the loop's own thread.</summary>
    /// <returns>Whether it ended in that time.</returns>
    public bool Join(TimeSpan limit) => State == LoopState.Stopped || _thread.Join(limit);

    /// <summary>Stops the loop and waits for its thread, unless that is the caller.</summary>
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
        Tcp.ClosesWithoutLingering = true;
        if (LeaseChecks is not null)
        {
            ThreadSlabs.CheckThisThread(LeaseChecks);
        }

        Dispatcher.BecomeCurrent();
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

        // A full fence: a later Post sees that the loop has stopped, and this thread sees each earlier one.
        Interlocked.Exchange(ref _state, (int)LoopState.Stopped);
        ReturnAwaits();
        Release();
    }

    /// <summary>Awaits that were to continue here continue on the thread pool instead of never.</summary>
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

    private void TakeTurn()
    {
        var ready = WaitForReadiness();
        Turn++;
        Now = _clock.Milliseconds;
        Poller.Deliver(ready, _onFault);
        RunPosted();
        Work?.Run(WorkPerTurn, WorkTimePerTurn, _onFault);
        RunTurnEnds();
        Timers.Advance(Now, _onFault);
    }

    private void RunTurnEnds()
    {
        // Who asks again from within is called at the end of the next turn.
        for (var left = _turnEnds.Count; left > 0;)
        {
            IEndOfTurn? target = null;
            try
            {
                for (; left > 0 && _turnEnds.TryDequeue(out target); left--)
                {
                    target.OnEndOfTurn();
                }

                return;
            }
            catch (Exception failure)
            {
                left--;
                OnFault(target!, failure);
            }
        }
    }

    /// <summary>Contains a failure: it is logged with the one that failed, and that one alone is ended.</summary>
    private void OnFault(object failed, Exception failure)
    {
        try
        {
            (failed as IPollTarget)?.OnFault();
        }
        catch (Exception second)
        {
            failure = new AggregateException(failure, second);
        }

        _onFailure(this, new LoopFaultException(failed, failure));
    }

    private int WaitForReadiness()
    {
        if (!HasWork() && Change(LoopState.Awake, LoopState.Sleeping))
        {
            Meters.FallAsleep();
            // Who queued something before it could see the loop asleep has not woken it.
            var ready = Wait(HasWork() ? 0 : Timers.NextTimeout(_clock.Milliseconds));
            _ = Change(LoopState.Sleeping, LoopState.Awake);
            Meters.WakeUp();
            return ready;
        }

        return Wait(0);
    }

    private int Wait(int timeoutMilliseconds)
    {
        var ready = Poller.Wait(timeoutMilliseconds);
        if (ready < 0)
        {
            if (ready != -(int)Errno.EINTR)
            {
                OnWaitFailed((Errno)(-ready), timeoutMilliseconds);
            }

            return 0;
        }

        return ready;
    }

    /// <summary>
    /// The turn goes on without descriptors, as who lives on the loop must run. Where waiting goes on failing, because somebody closed the epoll
    /// instance for one, whoever has a descriptor here is told that it is lost, and the loop runs its queues only.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OnWaitFailed(Errno errno, int timeoutMilliseconds)
    {
        var isFirst = Turn != _waitFailedIn + 1;
        _waitFailedIn = Turn;
        if (Poller.IsLost)
        {
            _waker.Rest(timeoutMilliseconds);
        }
        else if (isFirst)
        {
            _waitFailsSince = Stopwatch.GetTimestamp();
            _onFailure(this, new IOException($"epoll_wait failed: {errno}; it is tried again"));
        }
        else if (Stopwatch.GetElapsedTime(_waitFailsSince) < FailedWaitLimit)
        {
            _waker.Rest(timeoutMilliseconds < 0 ? FailedWaitRest : Math.Min(timeoutMilliseconds, FailedWaitRest));
        }
        else
        {
            var lost = Poller.GiveUp(errno);
            _onFailure(this, new IOException($"epoll_wait goes on failing: {errno}; {lost} descriptors are given up, and the loop takes no others"));
        }
    }

    private bool HasWork() => !_turnEnds.IsEmpty || !_posted.IsEmpty || Work is { IsEmpty: false };

    private void RunPosted()
    {
        // What an action posts is left to the next turn, so that it cannot keep descriptors waiting.
        for (var left = _posted.IsEmpty ? 0 : _posted.Count; left > 0 && _posted.TryDequeue(out var action); left--)
        {
            try
            {
                action();
            }
            catch (Exception failure)
            {
                _onFailure(this, failure);
            }
        }
    }

    bool IHomeLoop.TryPost(Action action)
    {
        Post(action);
        return State != LoopState.Stopped;
    }

    void IPollDriver.OnCallbackFailed(Exception failure) => _onFailure(this, failure);

    private bool Change(LoopState from, LoopState to) =>
        Interlocked.CompareExchange(ref _state, (int)to, (int)from) == (int)from;

    private void Release()
    {
        Closing.CloseAll();
        Dispatcher.Dispose();
        _waker.Dispose();
        Poller.Dispose();
    }
}

/// <summary>Something that a loop called threw. The loop has ended it, and goes on.</summary>
internal sealed class LoopFaultException(object failed, Exception cause) : Exception($"{failed} failed: {cause.Message}", cause);
