using ActorTcp.EventLoop;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <summary>
/// Waits for many descriptors at once, and calls the callbacks of those that are ready. It implements the documented module <c>iosched</c> (docs/api.md).
/// docs/polling.md has all rules.
/// </summary>
/// <remarks>
/// A dispatcher belongs to one thread: the one that calls <see cref="Poll"/>, or a poll loop's.
/// Only <see cref="Post"/> may be called from any thread. Readiness is level-triggered: if a callback leaves data unread, its event is called again in
/// the next turn. A callback may be called although nothing can be done, and must handle <see cref="Errno.EAGAIN"/>.
/// </remarks>
public sealed partial class PollDispatcher : IDisposable
{
    private readonly Dictionary<int, DescriptorWatch> _watches = [];
    private readonly List<Exception> _failures = [];
    private readonly Lock _living = new();

    // A dispatcher has either a loop, which runs the turns, or its own waker.
    private readonly PollLoop? _loop;
    private readonly Waker? _waker;
    private readonly TimerWheel _timers;
    private readonly Action<object, Exception> _onFault;
    private LoopQueue<Action> _posted;
    private LoopQueue<DescriptorWatch> _unswept;
    private int _state = (int)DispatcherState.Idle;
    private int _called;
    private long _turn;

    /// <summary>Creates a dispatcher with its own epoll instance. <see cref="Poll"/> runs its turns.</summary>
    /// <exception cref="IOException">The process has no descriptor left for it.</exception>
    public PollDispatcher()
    {
        _timers = new TimerWheel();
        _onFault = OnFault;
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

    /// <summary>The dispatcher of a loop. It uses the loop's poller and timers, and its callbacks run in the loop's turns.</summary>
    private PollDispatcher(PollLoop loop)
    {
        _loop = loop;
        _timers = loop.Timers;
        _onFault = OnFault;
        Poller = loop.Poller;
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the descriptors of a dispatcher whose thread has ended.</summary>
    ~PollDispatcher() => Release();

    /// <summary>
    /// Receives the exceptions of callbacks without an errback, on the thread that runs the turn. If it is null, which is the default, <see cref="Poll"/>
    /// throws them at the end of the turn. The dispatcher of a poll loop logs them.
    /// </summary>
    public Action<Exception>? Unhandled { get; set; }

    internal Poller Poller { get; }

    private DispatcherState State => (DispatcherState)Volatile.Read(ref _state);

    /// <summary>Whether a thread is inside Poll or Select.</summary>
    internal bool IsTurning => State == DispatcherState.Turning;

    private bool IsEnding => State is DispatcherState.Ending or DispatcherState.Disposed;

    /// <summary>Creates an event. <see cref="Add"/> or <see cref="Once"/> registers it.</summary>
    /// <param name="method">The readiness to wait for.</param>
    /// <param name="fd">The descriptor. The event waits for the file that has this number when the event is added.</param>
    /// <param name="callback">Called with <paramref name="arg"/> and the event in each turn in which the descriptor is ready. If it returns false, the event is removed.</param>
    /// <param name="errback">
    /// Called with the same arguments after the callback has returned false or thrown. <see cref="IoEvent.Error"/> is the exception. Null, the default: no
    /// errback.
    /// </param>
    /// <param name="arg">The argument of the callbacks. Defaults to null.</param>
    /// <returns>The event, not registered yet.</returns>
    /// <exception cref="ArgumentNullException">The callback is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The method is not one of the enumeration.</exception>
    public IoEvent Event(IoMethod method, int fd, Func<object?, IoEvent, bool> callback, Action<object?, IoEvent>? errback = null, object? arg = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return new IoEvent(this, Checked(method), fd, callback, errback, arg);
    }

    /// <summary>Creates an event with an async errback. Its exceptions are handled like those of a callback without an errback.</summary>
    /// <inheritdoc cref="Event(IoMethod, int, Func{object, IoEvent, bool}, Action{object, IoEvent}, object)"/>
    /// <exception cref="ArgumentNullException">The callback is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The method is not one of the enumeration.</exception>
    [OverloadResolutionPriority(1)]
    public IoEvent Event(IoMethod method, int fd, Func<object?, IoEvent, bool> callback, Func<object?, IoEvent, Task>? errback, object? arg = null)
        => Event(method, fd, callback, errback is null ? null : Watched(errback), arg);

    /// <summary>Creates an event whose argument has a type, so that the callbacks need no cast. <see cref="Add"/> or <see cref="Once"/> registers it.</summary>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <inheritdoc cref="Event(IoMethod, int, Func{object, IoEvent, bool}, Action{object, IoEvent}, object)"/>
    /// <exception cref="ArgumentNullException">The callback is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The method is not one of the enumeration.</exception>
    [OverloadResolutionPriority(2)]
    public IoEvent<T> Event<T>(IoMethod method, int fd, Func<T, IoEvent<T>, bool> callback, Action<T, IoEvent<T>>? errback = null, T arg = default!)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return new IoEvent<T>(this, Checked(method), fd, callback, errback, arg);
    }

    /// <summary>
    /// Creates an event with a typed argument and an async errback. The exceptions of the errback are handled like those of a callback without an errback.
    /// </summary>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <inheritdoc cref="Event(IoMethod, int, Func{object, IoEvent, bool}, Action{object, IoEvent}, object)"/>
    /// <exception cref="ArgumentNullException">The callback is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The method is not one of the enumeration.</exception>
    [OverloadResolutionPriority(3)]
    public IoEvent<T> Event<T>(IoMethod method, int fd, Func<T, IoEvent<T>, bool> callback, Func<T, IoEvent<T>, Task>? errback, T arg = default!)
        => Event(method, fd, callback, errback is null ? null : Watched(errback), arg);

    /// <summary>Registers an event until it is removed. Several events may share a descriptor.</summary>
    /// <param name="ev">The event.</param>
    /// <returns>
    /// True; false with <see cref="Errno.EEXIST"/> if the event is registered already, with <see cref="Errno.EBADF"/> if the descriptor is not open, or with
    /// <see cref="Errno.EPERM"/> if epoll does not support the file, for example because it is a regular file.
    /// </returns>
    /// <exception cref="ArgumentException">The event was made by another dispatcher.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    public bool Add(IoEvent ev) => Enlist(ev, once: false);

    /// <summary>Registers an event for one call. The event is removed before its callback runs, whatever the callback returns.</summary>
    /// <inheritdoc cref="Add(IoEvent)"/>
    /// <exception cref="ArgumentException">The event was made by another dispatcher.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    public bool Once(IoEvent ev) => Enlist(ev, once: true);

    /// <summary>Removes an event. Can be called inside a callback. A removed event is not called in the rest of the current turn.</summary>
    /// <param name="ev">The event.</param>
    /// <returns>Whether it was registered.</returns>
    /// <exception cref="ArgumentNullException">The event is null. <see cref="RemoveAll"/> removes all of them.</exception>
    /// <exception cref="ArgumentException">The event was made by another dispatcher.</exception>
    public bool Remove(IoEvent ev)
    {
        CheckOwn(ev);
        var registration = ev.Registration;
        registration?.Remove();
        return registration is not null;
    }

    /// <summary>Removes every event, like <see cref="RemoveAll"/>: the documented <c>remove()</c> without an event.</summary>
    /// <returns>Whether an event was registered.</returns>
    public bool Remove() => RemoveAll();

    /// <summary>Removes every event, but not the accepts and connects of <see cref="Tcp"/> at this dispatcher. Can be called inside a callback.</summary>
    /// <returns>Whether an event was registered.</returns>
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

    /// <summary>Whether an event is registered. <see cref="Tcp.Close"/> removes the events of its descriptor.</summary>
    /// <param name="ev">The event.</param>
    /// <exception cref="ArgumentException">The event was made by another dispatcher.</exception>
    public bool Listening(IoEvent ev)
    {
        CheckOwn(ev);
        return ev.Registration is not null;
    }

    /// <summary>Returns the registered descriptors, including those of accepts and connects of <see cref="Tcp"/>, and your descriptors.</summary>
    /// <param name="user">Your descriptors, which are added to the result; null, the default, for none.</param>
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
                if (registration.State == RegistrationState.Active)
                {
                    sets.Of(registration.Entry.Method).Add(watch.Fd);
                }
            }
        }

        return sets;
    }

    /// <summary>Closes the dispatcher's own descriptors, and removes every event. If it is called inside a callback, it takes effect at the end of the turn.</summary>
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

    private void CheckOwn(IoEvent ev)
    {
        ArgumentNullException.ThrowIfNull(ev);
        if (ev.Dispatcher != this)
        {
            throw new ArgumentException("the event belongs to another dispatcher; each dispatcher registers the events that it has created", nameof(ev));
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

    /// <summary>Registers an entry for a descriptor; null with the errno if the kernel refuses it. On the dispatcher's thread.</summary>
    internal Registration? Register(int fd, IReadyEntry entry, bool once, out Errno errno)
    {
        ObjectDisposedException.ThrowIf(IsEnding, this);
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

    private static IoMethod Checked(IoMethod method)
        => method is IoMethod.Read or IoMethod.Write or IoMethod.Except
            ? method
            : throw new ArgumentOutOfRangeException(nameof(method), method, $"method is {method}; it must be Read, Write or Except");

    private Action<TArg, TEvent> Watched<TArg, TEvent>(Func<TArg, TEvent, Task> errback)
        => (arg, ev) => CallbackTask.Watch(errback(arg, ev), this);

    private bool Change(DispatcherState from, DispatcherState to)
        => Interlocked.CompareExchange(ref _state, (int)to, (int)from) == (int)from;

    /// <summary>Cancels the timers. The timer wheel of a loop lives longer than the dispatcher, and would hold the sockets until the timers are due.</summary>
    private void CancelTimers(DescriptorWatch watch)
    {
        if (_loop is not null)
        {
            foreach (var registration in watch.Registrations)
            {
                Cancel(registration);
            }
        }
    }

    private void Release()
    {
        lock (_living)
        {
            _state = (int)DispatcherState.Disposed;
            foreach (var watch in _watches.Values)
            {
                watch.End();
                CancelTimers(watch);
            }

            _watches.Clear();
            _waker?.Dispose();
            if (_loop is null)
            {
                Poller?.Dispose();
            }
        }
    }
}

/// <summary>
/// The life of a <see cref="PollDispatcher"/>.
/// <code>
/// Idle ⇄ Turning → Ending → Disposed
///   └──────────────────────────↑
/// </code>
/// </summary>
internal enum DispatcherState
{
    /// <summary>No thread is inside Poll or Select, or the dispatcher belongs to a loop.</summary>
    Idle,
    /// <summary>A thread is inside Poll or Select.</summary>
    Turning,
    /// <summary>A callback disposed it. The current turn ends first.</summary>
    Ending,
    /// <summary>Its descriptors are closed.</summary>
    Disposed,
}
