using System.Runtime.ExceptionServices;
using ActorTcp.EventLoop;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>Accepts and connects of <see cref="Tcp"/> at a named dispatcher, and the members that registrations use.</content>
public sealed partial class PollDispatcher
{
    /// <summary>
    /// Accepts connections and calls a callback with each, in the turns of this dispatcher, until the listener is closed or the callback is removed. A new
    /// callback replaces the old one.
    /// </summary>
    /// <param name="listener">The server socket.</param>
    /// <param name="callback">Receives the connection and the peer's address. Null removes the current callback.</param>
    /// <returns>
    /// True; false with <see cref="Errno.EINVAL"/> if the socket does not listen, with <see cref="Errno.EBADF"/> after <see cref="Tcp.Close"/>, or with
    /// <see cref="Errno.EMFILE"/> without a descriptor for the dispatcher.
    /// </returns>
    /// <exception cref="ArgumentNullException">The listener is null.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    public bool Accept(Tcp listener, Action<Tcp, SockAddr>? callback)
    {
        ArgumentNullException.ThrowIfNull(listener);
        ObjectDisposedException.ThrowIf(IsEnding, this);
        return listener.Accept(callback, this);
    }

    /// <summary>
    /// Connects to an address, and calls a callback in a turn of this dispatcher when the connect has succeeded or failed. The callback is called once, or not
    /// at all if <see cref="Tcp.Close"/> cancels the connect before.
    /// </summary>
    /// <param name="addr">The peer's address. Null is <see cref="Errno.EINVAL"/>.</param>
    /// <param name="callback">
    /// Receives the object and the peer's address. The address is null if the connect failed, and <see cref="Tcp.Error"/> returns the reason.
    /// </param>
    /// <param name="timeout">
    /// The time after which the connect fails with <see cref="Errno.ETIMEDOUT"/>; null waits as long as the kernel tries. Defaults to null.
    /// </param>
    /// <returns>
    /// The object at once, not connected yet. Null, and no callback, if no socket can be opened: <see cref="Errno.EMFILE"/>, <see cref="Errno.ENFILE"/>,
    /// <see cref="Errno.EINVAL"/>.
    /// </returns>
    /// <exception cref="ArgumentNullException">The callback is null.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    public Tcp? CreateClient(SockAddr? addr, Action<Tcp, SockAddr?> callback, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        ObjectDisposedException.ThrowIf(IsEnding, this);
        return addr is null || timeout < TimeSpan.Zero
            ? LastError.Null<Tcp>(Errno.EINVAL)
            : Tcp.CreateClient(addr, callback, timeout, this);
    }

    /// <summary>
    /// Accepts connections and calls an async callback with each, in the turns of this dispatcher, until the listener is closed or the callback is removed.
    /// The task is not awaited. Its exceptions are handled like those of other callbacks.
    /// </summary>
    /// <param name="listener">The server socket.</param>
    /// <param name="callback">Receives the connection and the peer's address. After an await it continues on the thread pool. Null removes the current callback.</param>
    /// <returns>
    /// True; false with <see cref="Errno.EINVAL"/> if the socket does not listen, with <see cref="Errno.EBADF"/> after <see cref="Tcp.Close"/>, or with
    /// <see cref="Errno.EMFILE"/> without a descriptor for the dispatcher.
    /// </returns>
    /// <exception cref="ArgumentNullException">The listener is null.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    public bool Accept(Tcp listener, Func<Tcp, SockAddr, Task>? callback)
        => Accept(listener, callback is null ? null : new TaskCallback<SockAddr>(callback, this).Call);

    /// <summary>
    /// Connects to an address, and calls an async callback in a turn of this dispatcher when the connect has succeeded or failed. The task is not awaited. Its
    /// exceptions are handled like those of other callbacks.
    /// </summary>
    /// <param name="addr">The peer's address. Null is <see cref="Errno.EINVAL"/>.</param>
    /// <param name="callback">
    /// Receives the object and the peer's address. The address is null if the connect failed, and <see cref="Tcp.Error"/> returns the reason. After an await
    /// it continues on the thread pool.
    /// </param>
    /// <param name="timeout">
    /// The time after which the connect fails with <see cref="Errno.ETIMEDOUT"/>; null waits as long as the kernel tries. Defaults to null.
    /// </param>
    /// <returns>
    /// The object at once, not connected yet. Null, and no callback, if no socket can be opened: <see cref="Errno.EMFILE"/>, <see cref="Errno.ENFILE"/>,
    /// <see cref="Errno.EINVAL"/>.
    /// </returns>
    /// <exception cref="ArgumentNullException">The callback is null.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    public Tcp? CreateClient(SockAddr? addr, Func<Tcp, SockAddr?, Task> callback, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return CreateClient(addr, new TaskCallback<SockAddr?>(callback, this).Call, timeout);
    }

    /// <summary>Handles an exception that a callback threw after an await like one that it threw before. From any thread.</summary>
    /// <returns>False if the dispatcher is disposed.</returns>
    internal bool Fail(Exception failure) => Post(() => ExceptionDispatchInfo.Throw(failure));

    /// <summary>Calls <see cref="CallbackWait.OnDue"/> of a registration once after a time; an earlier time of it is replaced. On the dispatcher's thread.</summary>
    internal void Schedule(Registration registration, TimeSpan time)
    {
        // The clock is cut off to whole milliseconds. One more millisecond ensures that the call is never early.
        var milliseconds = (long)Math.Ceiling(time.TotalMilliseconds) + 1;
        _timers.Schedule(registration.Timer ??= new DispatcherTimer(this, registration), Clock, milliseconds);
    }

    /// <summary>Cancels the call of <see cref="Schedule"/>. On the dispatcher's thread.</summary>
    internal void Cancel(Registration registration)
    {
        if (registration.Timer is { } timer)
        {
            _timers.Cancel(timer);
        }
    }

    /// <summary>Calls a wait whose time has passed.</summary>
    internal void CallDue(Registration registration)
    {
        if (IsEnding || registration is not { IsAlive: true, Entry: CallbackWait wait })
        {
            return;
        }

        try
        {
            _called += wait.OnDue();
        }
        catch (Exception failure)
        {
            OnFailure(failure);
        }
    }

    /// <summary>Forgets a watch that has no registrations left. On the dispatcher's thread.</summary>
    internal void Drop(DescriptorWatch watch)
    {
        if (_watches.TryGetValue(watch.Fd, out var present) && present == watch)
        {
            _watches.Remove(watch.Fd);
        }

        watch.Unregister(Poller);
    }

    /// <summary>Sweeps a watch in the next turn. From any thread. It is not urgent, so it does not wake a thread that sleeps in <see cref="Poll"/>.</summary>
    internal void SweepSoon(DescriptorWatch watch)
    {
        if (_loop is null)
        {
            _unswept.Push(watch);
        }
        else
        {
            _loop.Post(watch.Sweep);
        }
    }

    /// <summary>Calls <see cref="Poller.Silence"/>, unless the dispatcher is disposed. From any thread.</summary>
    internal void Silence(int fd)
    {
        lock (_living)
        {
            if (State != DispatcherState.Disposed)
            {
                _ = Poller.Silence(fd);
            }
        }
    }

    /// <summary>Calls <see cref="Poller.Restore"/>, unless the dispatcher is disposed. From any thread.</summary>
    internal void Restore(int fd, uint events, long token)
    {
        lock (_living)
        {
            if (State != DispatcherState.Disposed)
            {
                _ = Poller.Restore(fd, events, token);
            }
        }
    }

    private void SweepClosed()
    {
        while (_unswept.TryDequeue(out var watch))
        {
            watch.Sweep();
        }
    }
}

/// <summary>The time at which a registration is called, on the wheel of its dispatcher.</summary>
internal sealed class DispatcherTimer(PollDispatcher dispatcher, Registration registration) : LoopTimer
{
    public override void OnDue() => dispatcher.CallDue(registration);
}
