using ActorTcp.Sockets;

namespace ActorTcp.Polling;

/// <summary>
/// Waits for many descriptors at once and calls back whoever waits for one that is ready: the documentation's iosched.
/// docs/polling.md is its contract.
/// </summary>
/// <remarks>
/// A dispatcher belongs to the thread that turns it: with <see cref="Poll"/>, or a poll loop in its own turn.
/// <see cref="Post"/> alone may come from anywhere. Readiness is level-triggered: an event whose callback leaves data
/// unread is called again next turn. A callback may be called without cause, and must take
/// <see cref="Errno.EAGAIN"/> for an answer.
/// </remarks>
public sealed partial class PollDispatcher : IDisposable
{
    [ThreadStatic]
    private static PollDispatcher? _current;

    private readonly Dictionary<int, DescriptorWatch> _watches = [];
    private readonly List<Exception> _failures = [];
    private readonly Lock _living = new();
    private readonly IPollDriver? _driver;
    private readonly Waker? _waker;
    private DueCalls? _dueCalls;
    private LoopQueue<Action> _posted;
    private LoopQueue<DescriptorWatch> _unswept;
    private int _state = (int)DispatcherState.Idle;
    private int _sleeping;
    private int _called;
    private long _turn;

    /// <summary>Makes a dispatcher with an epoll instance of its own, to be turned by <see cref="Poll"/>.</summary>
    /// <exception cref="IOException">There is no descriptor left to make it of.</exception>
    public PollDispatcher()
    {
        Poller = new Poller();
        try
        {
            _waker = new Waker(Poller);
        }
        catch
        {
            Poller.Dispose();
            GC.SuppressFinalize(this);
            throw;
        }
    }

    /// <summary>The dispatcher of a loop, which turns it: what is ready is called back when the loop delivers it.</summary>
    internal PollDispatcher(Poller poller, IPollDriver driver)
    {
        Poller = poller;
        _driver = driver;
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the descriptors of a thread that has ended back.</summary>
    ~PollDispatcher() => Release();

    /// <summary>
    /// The calling thread's own dispatcher, made when it is first asked for; on a poll loop's thread the loop's. Its
    /// descriptors are given back when the thread has ended and it is collected.
    /// </summary>
    /// <exception cref="IOException">There is no descriptor left to make it of.</exception>
    public static PollDispatcher Current
        => _current is { IsEnding: false } current ? current : _current = new PollDispatcher { _isOfThread = true };

    /// <summary>
    /// Told of what a callback threw and no errback took, on the thread that turns. Where it is null, <see cref="Poll"/>
    /// throws it when the turn is done. A loop's dispatcher tells the loop's owner instead.
    /// </summary>
    public Action<Exception>? Unhandled { get; set; }

    internal Poller Poller { get; }

    private DispatcherState State => (DispatcherState)Volatile.Read(ref _state);

    /// <summary>Whether a thread is inside of Poll or Select.</summary>
    internal bool IsTurning => State == DispatcherState.Turning;

    private bool IsEnding => State is DispatcherState.Ending or DispatcherState.Disposed;

    /// <summary>Registers an event, until it is removed. Several may share a descriptor.</summary>
    /// <returns>False with <see cref="Errno.EEXIST"/> where it is registered already, <see cref="Errno.EBADF"/> where the descriptor is not open, <see cref="Errno.EPERM"/> where it is a file that is always ready, which epoll does not take.</returns>
    /// <exception cref="ArgumentException">The event is another dispatcher's.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    public bool Add(IoEvent ev) => Enlist(ev, once: false);

    /// <summary>Registers an event for one call: it is removed before its callback runs, whatever that answers.</summary>
    /// <returns>As <see cref="Add(IoEvent)"/>.</returns>
    /// <exception cref="ArgumentException">The event is another dispatcher's.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    public bool Once(IoEvent ev) => Enlist(ev, once: true);

    /// <summary>Removes an event. Allowed inside any callback: what is removed is not called any more in the present turn, and what is added is called from the next one on.</summary>
    /// <param name="ev">The event.</param>
    /// <returns>Whether it was registered.</returns>
    /// <exception cref="ArgumentNullException">No event. <see cref="RemoveAll"/> removes all of them.</exception>
    /// <exception cref="ArgumentException">The event is another dispatcher's.</exception>
    public bool Remove(IoEvent ev)
    {
        CheckOwn(ev);
        var registration = ev.Registration;
        registration?.Remove();
        return registration is not null;
    }

    /// <summary>The documentation's <c>remove()</c> without an event: the same as <see cref="RemoveAll"/>.</summary>
    /// <returns>As <see cref="RemoveAll"/>.</returns>
    public bool Remove() => RemoveAll();

    /// <summary>Removes every event, but not the accepts and connects of <see cref="Tcp"/> that wait here. Allowed inside any callback, as <see cref="Remove(IoEvent)"/> is.</summary>
    /// <returns>Whether there was an event to remove.</returns>
    public bool RemoveAll()
    {
        var removed = false;
        foreach (var watch in _watches.Values.ToArray())
        {
            foreach (var registration in watch.Registrations)
            {
                if (registration is { IsAlive: true, Entry: IoEvent })
                {
                    registration.Kill();
                    removed = true;
                }
            }

            watch.Sweep();
        }

        return removed;
    }

    /// <summary>Whether an event is registered. One whose descriptor <see cref="Tcp.Close"/> closed is not.</summary>
    /// <exception cref="ArgumentException">The event is another dispatcher's.</exception>
    public bool Listening(IoEvent ev)
    {
        CheckOwn(ev);
        return ev.Registration is not null;
    }

    /// <summary>The registered descriptors, those that <see cref="Tcp"/>'s own calls wait for included, with the user's.</summary>
    public FdSets Fds(FdSets? user = null)
    {
        var sets = new FdSets();
        if (user is not null)
        {
            sets.UnionWith(user);
        }

        foreach (var watch in _watches.Values)
        {
            foreach (var registration in watch.Registrations)
            {
                if (registration is { IsAlive: true, IsPaused: false })
                {
                    sets.Of(registration.Entry.Method).Add(watch.Fd);
                }
            }
        }

        return sets;
    }

    /// <summary>Closes the dispatcher's own descriptors, and removes every event. From inside a callback: when the turn is done.</summary>
    public void Dispose()
    {
        if (Change(DispatcherState.Turning, DispatcherState.Ending))
        {
            return;
        }

        if (Change(DispatcherState.Idle, DispatcherState.Disposed))
        {
            Release();
            GC.SuppressFinalize(this);
        }
    }

    /// <summary>Makes it the calling thread's: a loop does so on its own thread.</summary>
    internal void BecomeCurrent() => _current = this;

    private void CheckOwn(IoEvent ev)
    {
        ArgumentNullException.ThrowIfNull(ev);
        if (ev.Dispatcher != this)
        {
            throw new ArgumentException("the event is another dispatcher's", nameof(ev));
        }
    }

    private bool Enlist(IoEvent ev, bool once)
    {
        CheckOwn(ev);
        if (ev.Registration is not null)
        {
            return LastError.No(Errno.EEXIST);
        }

        var registration = Register(ev.Fd, ev, once, out var errno);
        if (registration is null)
        {
            return LastError.No(errno);
        }

        ev.Registration = registration;
        return true;
    }

    private Registration? Register(int fd, IReadyEntry entry, bool once, out Errno errno)
    {
        ObjectDisposedException.ThrowIf(IsEnding, this);
        _wasUsed = true;
        if (fd < 0)
        {
            errno = Errno.EBADF;
            return null;
        }

        if (_watches.TryGetValue(fd, out var watch) && watch.IsDead)
        {
            watch.Sweep();
            watch = null;
        }

        if (watch is null)
        {
            watch = new DescriptorWatch(this, fd);
            _watches.Add(fd, watch);
        }

        return watch.Add(entry, once, out errno);
    }

    private bool Change(DispatcherState from, DispatcherState to)
        => Interlocked.CompareExchange(ref _state, (int)to, (int)from) == (int)from;

    private void Release()
    {
        lock (_living)
        {
            _state = (int)DispatcherState.Disposed;
            foreach (var watch in _watches.Values)
            {
                watch.End();
            }

            _watches.Clear();
            _dueCalls?.Dispose();
            _waker?.Dispose();
            if (_driver is null)
            {
                Poller?.Dispose();
            }
        }
    }
}

/// <summary>
/// What a <see cref="PollDispatcher"/> is doing.
/// <code>
/// Idle ⇄ Turning → Ending → Disposed
///   └──────────────────────────↑
/// </code>
/// </summary>
internal enum DispatcherState
{
    /// <summary>Nobody turns it, or a loop does.</summary>
    Idle,
    /// <summary>A thread is inside of Poll or Select.</summary>
    Turning,
    /// <summary>Disposed by a callback of the turn that is under way, which ends first.</summary>
    Ending,
    /// <summary>Its descriptors are closed.</summary>
    Disposed,
}

/// <summary>An asynchronous call of the Tcp object, waiting like a user's event.</summary>
internal sealed class SocketEntry(SocketWait wait) : IReadyEntry
{
    public SocketWait Wait { get; } = wait;

    public IoMethod Method => Wait.Writes ? IoMethod.Connect : IoMethod.Accept;

    public int OnReady(Registration registration) => Wait.OnReady();
}
