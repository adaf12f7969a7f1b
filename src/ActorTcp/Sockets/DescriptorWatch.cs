using ActorTcp.EventLoop;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <summary>
/// A descriptor with those who wait for it at one dispatcher, and its one registration with the kernel for all of them.
/// On the dispatcher's thread, but for what <see cref="IDescriptorWatcher"/> asks: a descriptor can be closed anywhere.
/// </summary>
internal sealed class DescriptorWatch(PollDispatcher dispatcher, int fd) : IPollTarget, IDescriptorWatcher
{
    // Replaced as a whole, so that a turn goes through the ones it began with while callbacks add and remove.
    private volatile Registration[] _registrations = [];
    private long _token = -1;
    private uint _interest;
    private volatile bool _isDead;

    public int Fd => fd;

    /// <summary>Those who wait, the ones whose end was not noticed yet included.</summary>
    public ReadOnlySpan<Registration> Registrations => _registrations;

    /// <summary>The descriptor was closed, or given up: nothing is ever called again.</summary>
    public bool IsDead => _isDead;

    /// <summary>Adds an entry; where the kernel refuses, null with the errno.</summary>
    public Registration? Add(IReadyEntry entry, bool once, out Errno errno)
    {
        var registration = new Registration(this, entry, once, dispatcher.TurnNumber);
        errno = Widen(registration.Interest);
        if (errno != Errno.None || _isDead)
        {
            if (errno == Errno.None)
            {
                // Closed elsewhere at the same time: what was registered may be what the number stands for now.
                dispatcher.Silence(fd);
                errno = Errno.EBADF;
            }

            Sweep();
            return null;
        }

        _registrations = [.. _registrations, registration];
        return registration;
    }

    /// <summary>Drops those that have ended, and asks the kernel for no more than the others want.</summary>
    public void Sweep()
    {
        var left = Array.FindAll(_registrations, registration => registration.IsAlive);
        foreach (var registration in _registrations)
        {
            if (!registration.IsAlive)
            {
                dispatcher.Cancel(registration);
            }
        }

        _registrations = left;
        if (left.Length == 0)
        {
            dispatcher.Drop(this);
            return;
        }

        var interest = 0u;
        foreach (var registration in left)
        {
            interest |= registration.Interest;
        }

        if (interest != _interest && !_isDead && dispatcher.Poller.Modify(_token, interest) == 0)
        {
            _interest = interest;
        }
    }

    /// <summary>Takes the descriptor out of the poller.</summary>
    public void Unregister(Poller poller)
    {
        DescriptorTable.Unwatch(fd, this);
        if (_token < 0)
        {
            return;
        }

        if (_isDead)
        {
            poller.Forget(_token);
        }
        else
        {
            _ = poller.Unregister(_token);
        }

        _token = -1;
    }

    /// <summary>Ends it with its dispatcher, whose poller is about to be closed.</summary>
    public void End()
    {
        DescriptorTable.Unwatch(fd, this);
        Die();
    }

    public void OnFault()
    {
        // What the user's callbacks throw is contained one by one.
    }

    public void OnReady(uint events)
    {
        var called = false;
        foreach (var registration in _registrations)
        {
            if (!_isDead && IsCalledFor(registration, events))
            {
                called = true;
                dispatcher.Call(registration);
            }
        }

        if (!called && !_isDead)
        {
            Sweep();
        }
    }

    private bool IsCalledFor(Registration registration, uint events)
        => registration is { IsAlive: true, IsPaused: false }
            && (events & (registration.Interest | ReadyBits.Always)) != 0
            && registration.AddedIn != dispatcher.TurnNumber;

    public void OnLost(Errno errno)
    {
        Die();
        dispatcher.SweepSoon(this);
    }

    void IDescriptorWatcher.OnClosing()
    {
        Die();
        dispatcher.Silence(fd);
        dispatcher.SweepSoon(this);
    }

    void IDescriptorWatcher.OnReplacing() => dispatcher.Silence(fd);

    void IDescriptorWatcher.OnReplaced()
    {
        if (_token >= 0)
        {
            dispatcher.Restore(fd, _interest, _token);
        }
    }

    private void Die()
    {
        _isDead = true;
        foreach (var registration in _registrations)
        {
            registration.Kill();
        }
    }

    /// <summary>
    /// Asks the kernel for more events, even where nothing changes: the answer shows whether the number still stands for
    /// the file that was registered.
    /// </summary>
    private Errno Widen(uint interest)
    {
        if (_token >= 0)
        {
            var modified = dispatcher.Poller.Modify(_token, _interest | interest);
            if (modified == 0)
            {
                _interest |= interest;
            }

            if (modified is not (-(int)Errno.ENOENT or -(int)Errno.EBADF))
            {
                return (Errno)(-modified);
            }

            // Closed behind our back: whoever waited here waited for another file.
            Abandon();
        }

        if (!DescriptorTable.TryWatch(fd, this))
        {
            return Errno.EBADF;
        }

        var token = dispatcher.Poller.Register(fd, interest, this);
        if (token < 0)
        {
            return (Errno)(-token);
        }

        _token = token;
        _interest = interest;
        return Errno.None;
    }

    private void Abandon()
    {
        foreach (var registration in _registrations)
        {
            registration.Kill();
            dispatcher.Cancel(registration);
        }

        _registrations = [];
        dispatcher.Poller.Forget(_token);
        _token = -1;
        _interest = 0;
    }
}

/// <summary>One entry's time on one descriptor, from its being added until it is removed. What was removed is never called again, though the same entry may be added anew.</summary>
internal sealed class Registration(DescriptorWatch watch, IReadyEntry entry, bool once, long addedIn)
{
    private volatile bool _isAlive = true;

    public DescriptorWatch Watch { get; } = watch;

    public IReadyEntry Entry { get; } = entry;

    /// <summary>Whether it is removed before it is called.</summary>
    public bool IsOnce { get; } = once;

    /// <summary>The number of the turn in which it was added, or the last one before: it is called from the next one on.</summary>
    public long AddedIn { get; } = addedIn;

    public bool IsAlive => _isAlive;

    /// <summary>Kept, but not watched for.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>The dispatcher's note of when to call it later.</summary>
    public DispatcherTimer? Due { get; set; }

    /// <summary>epoll's bits with which it is called.</summary>
    public uint Interest => IsPaused ? 0 : ReadyBits.Of(Entry.Method);

    /// <summary>Ends it. From any thread; <see cref="DescriptorWatch.Sweep"/> does the rest on the dispatcher's.</summary>
    public void Kill() => _isAlive = false;

    /// <summary>Ends it for good. On the dispatcher's thread.</summary>
    public void Remove()
    {
        if (_isAlive)
        {
            _isAlive = false;
            Watch.Sweep();
        }
    }

    public void Pause(bool paused)
    {
        IsPaused = paused;
        Watch.Sweep();
    }
}

/// <summary>Somebody who waits for a descriptor at a dispatcher.</summary>
internal interface IReadyEntry
{
    /// <summary>What is waited for.</summary>
    IoMethod Method { get; }

    /// <summary>It is ready. How many of the user's callbacks were run. What they threw, and nobody wanted, comes out.</summary>
    int OnReady(Registration registration);
}

/// <summary>
/// Which of epoll's bits mean what. Errors and hang-ups are reported by the kernel whether they are asked for or not, so
/// they count as readiness of every kind: a report that called nobody would come again and again.
/// </summary>
internal static class ReadyBits
{
    /// <summary>Reported always.</summary>
    public const uint Always = EpollEvents.Err | EpollEvents.Hup;

    public static uint Of(IoMethod method) => method switch
    {
        IoMethod.Read => EpollEvents.In,
        IoMethod.Write => EpollEvents.Out,
        _ => EpollEvents.Pri,
    };
}
