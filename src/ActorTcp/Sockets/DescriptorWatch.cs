using ActorTcp.EventLoop;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <summary>
/// A descriptor with its registrations at one dispatcher, and its one registration with the kernel for all of them.
/// On the dispatcher's thread, except for the members of <see cref="IDescriptorWatcher"/>: any thread can close a descriptor.
/// </summary>
internal sealed class DescriptorWatch(PollDispatcher dispatcher, int fd) : IPollTarget, IDescriptorWatcher
{
    // Replaced as a whole: a turn goes through the registrations that it started with, while callbacks add and remove others.
    private volatile Registration[] _registrations = [];
    private long _token = -1;
    private uint _interest;
    private volatile bool _isDead;

    public int Fd => fd;

    /// <summary>All registrations, including closed ones that have not been swept yet.</summary>
    public ReadOnlySpan<Registration> Registrations => _registrations;

    /// <summary>Whether the descriptor was closed or released. If so, no registration is called.</summary>
    public bool IsDead => _isDead;

    /// <summary>Adds an entry. Returns null with the errno if the kernel refuses it.</summary>
    public Registration? Add(IReadyEntry entry, bool once, out Errno errno)
    {
        var registration = new Registration(this, entry, once, dispatcher.TurnNumber);
        errno = Widen(registration.Interest);
        if (errno != Errno.None || _isDead)
        {
            if (errno == Errno.None)
            {
                // Another thread has closed it at the same time. Another file may have the number now, and may be the one that was registered.
                dispatcher.Silence(fd);
                errno = Errno.EBADF;
            }

            Sweep();
            return null;
        }

        _registrations = [.. _registrations, registration];
        return registration;
    }

    /// <summary>Drops the registrations that have ended, and requests from the kernel only the events of the others.</summary>
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

    /// <summary>Removes the descriptor from the poller.</summary>
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

    /// <summary>Ends the watch with its dispatcher, whose poller is about to be closed.</summary>
    public void End()
    {
        DescriptorTable.Unwatch(fd, this);
        Die();
    }

    public void OnFault()
    {
        // The dispatcher handles the exception of each callback, so OnReady does not throw.
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
        => registration.State == RegistrationState.Active
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
    /// Requests more events from the kernel, even if the events do not change. The result shows whether the number still belongs to the file that was
    /// registered.
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

            // The file was closed without a notice. The registrations were for that file.
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

/// <summary>
/// One registration of an entry at a descriptor, from its addition to its removal. A removed registration is never called again. The entry may be added
/// again, as another registration.
/// </summary>
internal sealed class Registration(DescriptorWatch watch, IReadyEntry entry, bool once, long addedIn)
{
    private int _state = (int)RegistrationState.Active;

    public DescriptorWatch Watch { get; } = watch;

    public IReadyEntry Entry { get; } = entry;

    /// <summary>Whether it is removed before it is called.</summary>
    public bool IsOnce { get; } = once;

    /// <summary>The number of the turn in which it was added, or of the last one before. It is called from the next turn on.</summary>
    public long AddedIn { get; } = addedIn;

    public RegistrationState State => (RegistrationState)Volatile.Read(ref _state);

    public bool IsAlive => State != RegistrationState.Ended;

    /// <summary>The dispatcher's timer for it; null until one is needed.</summary>
    public DispatcherTimer? Timer { get; set; }

    /// <summary>The bits of epoll for which it is called.</summary>
    public uint Interest => State == RegistrationState.Paused ? 0 : ReadyBits.Of(Entry.Method);

    /// <summary>Ends it. From any thread. <see cref="DescriptorWatch.Sweep"/> on the dispatcher's thread does the rest.</summary>
    public void Kill() => Volatile.Write(ref _state, (int)RegistrationState.Ended);

    /// <summary>Ends it and sweeps. On the dispatcher's thread.</summary>
    public void Remove()
    {
        if (IsAlive)
        {
            Kill();
            Watch.Sweep();
        }
    }

    /// <summary>Pauses or resumes it, unless it has ended. On the dispatcher's thread.</summary>
    public void Pause(bool paused)
    {
        var (from, to) = paused ? (RegistrationState.Active, RegistrationState.Paused) : (RegistrationState.Paused, RegistrationState.Active);
        // Interlocked, so that it cannot revive a registration that another thread ends.
        Interlocked.CompareExchange(ref _state, (int)to, (int)from);
        Watch.Sweep();
    }
}

/// <summary>
/// The state of a <see cref="Registration"/>.
/// <code>
/// Active ⇄ Paused
///    └──▶ Ended ◀──┘
/// </code>
/// </summary>
internal enum RegistrationState
{
    /// <summary>Its entry is called when the descriptor is ready.</summary>
    Active,
    /// <summary>It is kept, and its descriptor is not watched for it.</summary>
    Paused,
    /// <summary>It is never called again.</summary>
    Ended,
}

/// <summary>An entry that waits for a descriptor at a dispatcher: an event of the user, or a call of <see cref="Tcp"/>.</summary>
internal interface IReadyEntry
{
    /// <summary>The readiness that the entry waits for.</summary>
    IoMethod Method { get; }

    /// <summary>The descriptor is ready. Returns the number of user callbacks that ran. Throws their exceptions, unless an errback handles them.</summary>
    int OnReady(Registration registration);
}

/// <summary>
/// The meaning of epoll's bits. The kernel always reports errors and hang-ups, so they count as readiness of every kind. If no entry were called for such
/// a report, the kernel would repeat it in every turn.
/// </summary>
internal static class ReadyBits
{
    /// <summary>The bits that are always reported.</summary>
    public const uint Always = EpollEvents.Err | EpollEvents.Hup;

    public static uint Of(IoMethod method) => method switch
    {
        IoMethod.Read => EpollEvents.In,
        IoMethod.Write => EpollEvents.Out,
        _ => EpollEvents.Pri,
    };
}
