using ActorTcp.EventLoop;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

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
    private DispatcherTimers? _dueCalls;
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

    /// <summary>Makes an event; <see cref="Add"/> or <see cref="Once"/> registers it.</summary>
    /// <param name="method">What to wait for.</param>
    /// <param name="fd">The descriptor. What it stands for when the event is added counts.</param>
    /// <param name="callback">Called with <paramref name="arg"/> and the event in each turn in which the descriptor is ready. False removes the event.</param>
    /// <param name="errback">Called with the same after a callback that returned false or threw; <see cref="IoEvent.Error"/> then has the exception.</param>
    /// <param name="arg">What the callbacks receive.</param>
    /// <exception cref="ArgumentNullException">No callback.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such method.</exception>
    public IoEvent Event(IoMethod method, int fd, Func<object?, IoEvent, bool> callback, Action<object?, IoEvent>? errback = null, object? arg = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return new IoEvent(this, Checked(method), fd, callback, errback, arg);
    }

    /// <summary>As <see cref="Event(IoMethod, int, Func{object, IoEvent, bool}, Action{object, IoEvent}, object)"/>, with an async errback, whose exceptions go to the dispatcher's owner.</summary>
    /// <returns>As there.</returns>
    /// <exception cref="ArgumentNullException">No callback.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such method.</exception>
    [OverloadResolutionPriority(1)]
    public IoEvent Event(IoMethod method, int fd, Func<object?, IoEvent, bool> callback, Func<object?, IoEvent, Task>? errback, object? arg = null)
        => Event(method, fd, callback, errback is null ? null : Watched(errback), arg);

    /// <summary>As <see cref="Event(IoMethod, int, Func{object, IoEvent, bool}, Action{object, IoEvent}, object)"/>, with an argument of a type of its own: the callbacks need no cast.</summary>
    /// <typeparam name="T">The argument's type.</typeparam>
    /// <returns>The event, to be registered.</returns>
    /// <exception cref="ArgumentNullException">No callback.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such method.</exception>
    [OverloadResolutionPriority(2)]
    public IoEvent<T> Event<T>(IoMethod method, int fd, Func<T, IoEvent<T>, bool> callback, Action<T, IoEvent<T>>? errback = null, T arg = default!)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return new IoEvent<T>(this, Checked(method), fd, callback, errback, arg);
    }

    /// <summary>As <see cref="Event{T}(IoMethod, int, Func{T, IoEvent{T}, bool}, Action{T, IoEvent{T}}, T)"/>, with an async errback, whose exceptions go to the dispatcher's owner.</summary>
    /// <typeparam name="T">The argument's type.</typeparam>
    /// <returns>As there.</returns>
    /// <exception cref="ArgumentNullException">No callback.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such method.</exception>
    [OverloadResolutionPriority(3)]
    public IoEvent<T> Event<T>(IoMethod method, int fd, Func<T, IoEvent<T>, bool> callback, Func<T, IoEvent<T>, Task>? errback, T arg = default!)
        => Event(method, fd, callback, errback is null ? null : Watched(errback), arg);

    private static IoMethod Checked(IoMethod method)
        => method is IoMethod.Read or IoMethod.Write or IoMethod.Except
            ? method
            : throw new ArgumentOutOfRangeException(nameof(method), method, "no such method");

    private Action<TArg, TEvent> Watched<TArg, TEvent>(Func<TArg, TEvent, Task> errback)
        => (arg, ev) => CallbackTask.Watch(errback(arg, ev), this);
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
