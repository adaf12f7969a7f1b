using System.Runtime.ExceptionServices;
using ActorTcp.EventLoop;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>What the Tcp object's calls with a callback need of a dispatcher.</content>
public sealed partial class PollDispatcher : IReadiness
{
    /// <summary>As <see cref="Tcp.Accept(Action{Tcp, SockAddr})"/>, on this dispatcher instead of the calling thread's.</summary>
    /// <returns>As there.</returns>
    /// <exception cref="ArgumentNullException">No listener.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    public bool Accept(Tcp listener, Action<Tcp, SockAddr>? callback)
    {
        ArgumentNullException.ThrowIfNull(listener);
        ObjectDisposedException.ThrowIf(IsEnding, this);
        return listener.Accept(callback, this);
    }

    /// <summary>As <see cref="Tcp.CreateClient(SockAddr, Action{Tcp, SockAddr}, TimeSpan?)"/>, on this dispatcher instead of the calling thread's.</summary>
    /// <returns>As there.</returns>
    /// <exception cref="ArgumentNullException">No callback.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    public Tcp? CreateClient(SockAddr? addr, Action<Tcp, SockAddr?> callback, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        ObjectDisposedException.ThrowIf(IsEnding, this);
        return addr is null || timeout < TimeSpan.Zero
            ? LastError.Null<Tcp>(Errno.EINVAL)
            : Tcp.CreateClient(addr, callback, timeout, this);
    }

    /// <summary>As <see cref="Tcp.Accept(Func{Tcp, SockAddr, Task})"/>, on this dispatcher instead of the calling thread's.</summary>
    /// <returns>As there.</returns>
    /// <exception cref="ArgumentNullException">No listener.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    public bool Accept(Tcp listener, Func<Tcp, SockAddr, Task>? callback)
        => Accept(listener, callback is null ? null : new TaskCallback<SockAddr>(callback, this).Call);

    /// <summary>As <c>Tcp.CreateClient</c> with an async callback, on this dispatcher instead of the calling thread's.</summary>
    /// <returns>As there.</returns>
    /// <exception cref="ArgumentNullException">No callback.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    public Tcp? CreateClient(SockAddr? addr, Func<Tcp, SockAddr?, Task> callback, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return CreateClient(addr, new TaskCallback<SockAddr?>(callback, this).Call, timeout);
    }

    Errno IReadiness.Arm(SocketWait wait)
    {
        wait.Registration = Register(wait.Tcp.SockFd, new SocketEntry(wait), once: false, out var errno);
        return errno;
    }

    bool IReadiness.IsArmed(SocketWait wait) => wait.Registration is Registration { IsAlive: true };

    void IReadiness.Disarm(SocketWait wait)
    {
        if (wait.Registration is Registration registration)
        {
            registration.Kill();
            SweepSoon(registration.Watch);
        }
    }

    Errno IReadiness.PrepareDeadlines()
    {
        _dueCalls ??= DispatcherTimers.Create(this);
        return _dueCalls is null ? Errno.EMFILE : Errno.None;
    }

    void IReadiness.CallLater(SocketWait wait, TimeSpan time)
    {
        if (wait.Registration is Registration { IsAlive: true } registration)
        {
            _dueCalls!.Add(registration, time);
        }
    }

    bool IReadiness.Fail(Exception failure) => Post(() => ExceptionDispatchInfo.Throw(failure));

    void IReadiness.Pause(SocketWait wait, bool paused)
    {
        if (wait.Registration is Registration { IsAlive: true } registration)
        {
            registration.Pause(paused);
        }
    }

    /// <summary>Forgets a watch that has nobody left. On the dispatcher's thread.</summary>
    internal void Drop(DescriptorWatch watch)
    {
        if (_watches.TryGetValue(watch.Fd, out var present) && present == watch)
        {
            _watches.Remove(watch.Fd);
        }

        watch.Unregister(Poller);
    }

    /// <summary>Takes back that a registration is to be called later. On the dispatcher's thread.</summary>
    internal void Cancel(Registration registration) => _dueCalls?.Remove(registration);

    /// <summary>Lets a watch be swept in the next turn. From any thread.</summary>
    internal void SweepSoon(DescriptorWatch watch)
    {
        if (_driver is null)
        {
            _unswept.Push(watch);
        }
        else
        {
            _driver.Post(watch.Sweep);
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
