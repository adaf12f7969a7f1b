using System.Runtime.ExceptionServices;
using ActorTcp.EventLoop;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>Accepts and connects of <see cref="Tcp"/> at a named dispatcher, and what the registrations need of their dispatcher.</content>
public sealed partial class PollDispatcher
{
    /// <summary>As <see cref="Tcp.Accept(Action{Tcp, SockAddr})"/>, at this dispatcher instead of the calling thread's.</summary>
    /// <returns>As there.</returns>
    /// <exception cref="ArgumentNullException">The listener is null.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    public bool Accept(Tcp listener, Action<Tcp, SockAddr>? callback)
    {
        ArgumentNullException.ThrowIfNull(listener);
        ObjectDisposedException.ThrowIf(IsEnding, this);
        return listener.Accept(callback, this);
    }

    /// <summary>As <see cref="Tcp.CreateClient(SockAddr, Action{Tcp, SockAddr}, TimeSpan?)"/>, at this dispatcher instead of the calling thread's.</summary>
    /// <returns>As there.</returns>
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

    /// <summary>As <see cref="Tcp.Accept(Func{Tcp, SockAddr, Task})"/>, at this dispatcher instead of the calling thread's.</summary>
    /// <returns>As there.</returns>
    /// <exception cref="ArgumentNullException">The listener is null.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    public bool Accept(Tcp listener, Func<Tcp, SockAddr, Task>? callback)
        => Accept(listener, callback is null ? null : new TaskCallback<SockAddr>(callback, this).Call);

    /// <summary>As <c>Tcp.CreateClient</c> with an async callback, at this dispatcher instead of the calling thread's.</summary>
    /// <returns>As there.</returns>
    /// <exception cref="ArgumentNullException">The callback is null.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    public Tcp? CreateClient(SockAddr? addr, Func<Tcp, SockAddr?, Task> callback, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return CreateClient(addr, new TaskCallback<SockAddr?>(callback, this).Call, timeout);
    }

    /// <summary>The owner receives what a callback failed with after an await, as if the callback had thrown it. From any thread.</summary>
    /// <returns>False if the dispatcher is disposed.</returns>
    internal bool Fail(Exception failure) => Post(() => ExceptionDispatchInfo.Throw(failure));

    /// <summary>Calls <see cref="CallbackWait.OnDue"/> of a registration once after a time; an earlier time of it is replaced. On the dispatcher's thread.</summary>
    internal void Schedule(Registration registration, TimeSpan time)
    {
        // One millisecond is the part of the clock that was cut off: the call is never early.
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

    /// <summary>As <see cref="Poller.Silence"/>, unless the dispatcher is disposed. From any thread.</summary>
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

    /// <summary>As <see cref="Poller.Restore"/>, unless the dispatcher is disposed. From any thread.</summary>
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
