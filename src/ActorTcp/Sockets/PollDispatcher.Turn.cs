using System.Runtime.ExceptionServices;
using ActorTcp.EventLoop;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>Turning.</content>
public sealed partial class PollDispatcher
{
    /// <summary>
    /// One turn: waits until something is ready or posted, and calls back. Goes on waiting where it turns out that
    /// nobody was to be called.
    /// </summary>
    /// <param name="timeout">How long to wait at most; null: for ever, zero: not at all.</param>
    /// <returns>How many callbacks and posted actions ran; 0 when the time ran out; minus <see cref="Errno.EINVAL"/> for a negative time-out.</returns>
    /// <exception cref="InvalidOperationException">Called inside of a callback, from two threads at a time, or on a dispatcher that a loop turns.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    /// <exception cref="Exception">What a callback threw and no errback took, as it was; several as an <see cref="AggregateException"/>. The turn was completed before. Not where <see cref="Unhandled"/> is set.</exception>
    public SocketResult Poll(TimeSpan? timeout = null) => PollUntil(CancellationToken.None, timeout);

    /// <summary>As <see cref="Poll"/>; also ends when the token is cancelled, without a callback. Who cancels it calls <see cref="EndSleep"/>.</summary>
    private SocketResult PollUntil(CancellationToken stop, TimeSpan? timeout)
    {
        CheckTurning();
        BeginTurn();
        try
        {
            if (timeout < TimeSpan.Zero)
            {
                return new SocketResult(LastError.Fail(Errno.EINVAL));
            }

            var deadline = Deadline.After(timeout);
            _called = 0;
            do
            {
                Turn(deadline.RemainingMilliseconds, stop);
            }
            while (_called == 0 && !IsEnding && !stop.IsCancellationRequested && !deadline.IsOver);
            ThrowFailures();
            return new SocketResult(_called);
        }
        finally
        {
            EndTurn();
        }
    }

    /// <summary>Turns until a token says to stop.</summary>
    /// <param name="stop">Ends it, from any thread; the turn under way is completed.</param>
    /// <param name="timeout">How long one turn waits at most; null: for ever.</param>
    /// <returns>True; false with <see cref="Errno.EINVAL"/> for a negative time-out.</returns>
    /// <exception cref="Exception">As <see cref="Poll"/>.</exception>
    [OverloadResolutionPriority(1)]
    public bool Forever(CancellationToken stop = default, TimeSpan? timeout = null)
    {
        using var waking = stop.UnsafeRegister(static dispatcher => ((PollDispatcher)dispatcher!).EndSleep(), this);
        while (!stop.IsCancellationRequested)
        {
            if (PollUntil(stop, timeout).IsError)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Turns until a predicate says to stop, which is asked before each turn.</summary>
    /// <param name="stop">Ends it by answering true.</param>
    /// <param name="timeout">How long one turn waits at most; null: for ever.</param>
    /// <returns>True; false with <see cref="Errno.EINVAL"/> for a negative time-out.</returns>
    /// <exception cref="ArgumentNullException">No predicate.</exception>
    /// <exception cref="Exception">As <see cref="Poll"/>.</exception>
    public bool Forever(Func<bool> stop, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(stop);
        while (!stop())
        {
            if (Poll(timeout).IsError)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Runs an action in the next turn, and wakes the dispatcher for it. From any thread.</summary>
    /// <returns>False where the dispatcher is disposed, and the action will not run.</returns>
    /// <exception cref="ArgumentNullException">No action.</exception>
    public bool Post(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        if (IsEnding)
        {
            return false;
        }

        if (_driver is not null)
        {
            _driver.Post(action);
            return true;
        }

        _wasUsed = true;
        _posted.Push(action);
        EndSleep();
        return true;
    }

    /// <summary>Wakes the thread that waits in a turn, if there is one. From any thread.</summary>
    private void EndSleep()
    {
        if (Volatile.Read(ref _sleeping) != 0 && Interlocked.Exchange(ref _sleeping, 0) != 0)
        {
            _waker!.Wake();
        }
    }

    /// <summary>The number of the present turn, or of the last one.</summary>
    internal long TurnNumber => _driver?.Turn ?? _turn;

    /// <summary>Calls a registration that is ready. What it throws never stops the turn.</summary>
    internal void Call(Registration registration)
    {
        if (IsEnding)
        {
            return;
        }

        try
        {
            _called += registration.Entry.OnReady(registration);
        }
        catch (Exception failure)
        {
            OnFailure(failure);
        }
    }

    /// <summary>Calls a socket's wait whose time has come.</summary>
    internal void CallDue(Registration registration)
    {
        if (IsEnding || registration is not { IsAlive: true, Entry: SocketEntry entry })
        {
            return;
        }

        try
        {
            _called += entry.Wait.OnDeadline();
        }
        catch (Exception failure)
        {
            OnFailure(failure);
        }
    }

    private void BeginTurn()
    {
        if (_driver is not null)
        {
            throw new InvalidOperationException("a poll loop turns this dispatcher: its events are called back in the loop's turn, and it cannot be polled");
        }

        if (!Change(DispatcherState.Idle, DispatcherState.Turning))
        {
            ObjectDisposedException.ThrowIf(State == DispatcherState.Disposed, this);
            throw new InvalidOperationException("the dispatcher is in a turn: it cannot be polled from inside a callback, nor by two threads at a time");
        }
    }

    private void EndTurn()
    {
        if (!Change(DispatcherState.Turning, DispatcherState.Idle))
        {
            Release();
            GC.SuppressFinalize(this);
        }
    }

    private void Turn(int milliseconds, CancellationToken stop)
    {
        SweepClosed();
        var ready = Wait(milliseconds, stop);
        _turn++;
        Poller.Deliver(ready, (_, failure) => OnFailure(failure));
        RunPosted();
    }

    private int Wait(int milliseconds, CancellationToken stop)
    {
        // The token is read after the mark that lets its cancellation wake this thread: one of the two is seen.
        var sleeps = milliseconds != 0 && FallAsleep() && !stop.IsCancellationRequested;
        var ready = Poller.Wait(sleeps ? milliseconds : 0);
        Volatile.Write(ref _sleeping, 0);
        return ready switch
        {
            >= 0 => ready,
            -(int)Errno.EINTR => 0,
            _ => throw new IOException($"epoll_wait failed: {(Errno)(-ready)}"),
        };
    }

    /// <summary>From here on a post wakes the dispatcher; false where one came before, and would not have.</summary>
    private bool FallAsleep()
    {
        Interlocked.Exchange(ref _sleeping, 1);
        return _posted.IsEmpty;
    }

    private void RunPosted()
    {
        // What an action posts is left to the next turn, so that it cannot keep descriptors waiting.
        for (var left = _posted.IsEmpty ? 0 : _posted.Count; left > 0 && _posted.TryDequeue(out var action); left--)
        {
            try
            {
                _called++;
                action();
            }
            catch (Exception failure)
            {
                OnFailure(failure);
            }
        }
    }

    private void OnFailure(Exception failure)
    {
        _called++;
        if (_driver is not null)
        {
            _driver.OnCallbackFailed(failure);
            return;
        }

        try
        {
            if (Unhandled is { } told)
            {
                told(failure);
                return;
            }
        }
        catch (Exception second)
        {
            _failures.Add(second);
        }

        _failures.Add(failure);
    }

    private void ThrowFailures()
    {
        if (_failures.Count == 0)
        {
            return;
        }

        Exception[] failures = [.. _failures];
        _failures.Clear();
        if (failures.Length > 1)
        {
            throw new AggregateException(failures);
        }

        ExceptionDispatchInfo.Throw(failures[0]);
    }
}
