using System.Runtime.ExceptionServices;
using ActorTcp.EventLoop;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>Turns.</content>
public sealed partial class PollDispatcher
{
    /// <summary>
    /// Runs one turn: waits until a descriptor is ready or an action is posted, and calls the callbacks and actions. If nothing was called, it continues to
    /// wait.
    /// </summary>
    /// <param name="timeout">The maximum time to wait; null waits without a limit, zero does not wait. Defaults to null.</param>
    /// <returns>
    /// The number of called callbacks and posted actions; 0 if the time is over; minus <see cref="Errno.EINVAL"/> for a negative time-out.
    /// </returns>
    /// <exception cref="InvalidOperationException">Called inside a callback, from two threads at a time, or on the dispatcher of a poll loop.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    /// <exception cref="IOException">epoll_wait(2) failed.</exception>
    /// <exception cref="Exception">
    /// The exception of a callback without an errback, thrown at the end of the turn. Several exceptions become one <see cref="AggregateException"/>. If
    /// <see cref="Unhandled"/> is set, it receives them instead.
    /// </exception>
    public SocketResult Poll(TimeSpan? timeout = null) => PollUntil(CancellationToken.None, timeout);

    /// <summary>Runs one turn, and also ends it when the token is cancelled. A registration of the token wakes this thread.</summary>
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

    /// <summary>Runs turns until a token is cancelled.</summary>
    /// <param name="stop">The token. It can be cancelled from any thread. The current turn is completed. By default the call never ends.</param>
    /// <param name="timeout">The maximum wait of one turn; null waits without a limit. Defaults to null.</param>
    /// <returns>True; false with <see cref="Errno.EINVAL"/> for a negative time-out.</returns>
    /// <exception cref="InvalidOperationException">Called inside a callback, from two threads at a time, or on the dispatcher of a poll loop.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    /// <exception cref="IOException">epoll_wait(2) failed.</exception>
    /// <exception cref="Exception">The exception of a callback without an errback, unless <see cref="Unhandled"/> is set.</exception>
    [OverloadResolutionPriority(1)]
    public bool Forever(CancellationToken stop = default, TimeSpan? timeout = null)
    {
        using var waking = stop.UnsafeRegister(static dispatcher => ((PollDispatcher)dispatcher!)._waker?.Wake(), this);
        while (!stop.IsCancellationRequested)
        {
            if (PollUntil(stop, timeout).IsError)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Runs turns until a predicate returns true. The predicate is called before each turn.</summary>
    /// <param name="stop">The predicate. If it returns true, the call ends.</param>
    /// <param name="timeout">The maximum wait of one turn; null waits without a limit. Defaults to null.</param>
    /// <returns>True; false with <see cref="Errno.EINVAL"/> for a negative time-out.</returns>
    /// <exception cref="ArgumentNullException">The predicate is null.</exception>
    /// <exception cref="InvalidOperationException">Called inside a callback, from two threads at a time, or on the dispatcher of a poll loop.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    /// <exception cref="IOException">epoll_wait(2) failed.</exception>
    /// <exception cref="Exception">The exception of a callback without an errback, unless <see cref="Unhandled"/> is set.</exception>
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

    /// <summary>Runs an action in the next turn, and wakes the dispatcher for it. Can be called from any thread.</summary>
    /// <param name="action">The action. It runs on the thread that runs the turn.</param>
    /// <returns>True; false if the dispatcher is disposed. The action is not run in that case.</returns>
    /// <exception cref="ArgumentNullException">The action is null.</exception>
    public bool Post(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        if (IsEnding)
        {
            return false;
        }

        if (_loop is not null)
        {
            _loop.Post(action);
            return true;
        }

        _posted.Push(action);
        _waker!.Wake();
        return true;
    }

    /// <summary>The number of the current turn, or of the last one.</summary>
    internal long TurnNumber => _loop?.Turn ?? _turn;

    /// <summary>The clock of the timers in milliseconds: the loop's, or a precise one, cut off to whole milliseconds.</summary>
    private long Clock => _loop?.Clock ?? (long)Stopwatch.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>Calls a registration that is ready. What it throws does not end the turn.</summary>
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

    private void BeginTurn()
    {
        if (_loop is not null)
        {
            throw new InvalidOperationException("the dispatcher belongs to a poll loop, which calls its events; it cannot be polled");
        }

        if (!Change(DispatcherState.Idle, DispatcherState.Turning))
        {
            ObjectDisposedException.ThrowIf(State == DispatcherState.Disposed, this);
            throw new InvalidOperationException("the dispatcher is in a turn; it cannot be polled inside a callback or by two threads at the same time");
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
        Poller.Deliver(ready, _onFault);
        RunPosted();
        if (_timers.Count > 0)
        {
            _timers.Advance(Clock, _onFault);
        }
    }

    private int Wait(int milliseconds, CancellationToken stop)
    {
        // The protocol of Waker: the queue and the token are read after BeginSleep. The registration of the token wakes this thread like a producer.
        var sleeps = milliseconds != 0 && BeginSleep() && !stop.IsCancellationRequested;
        var ready = Poller.Wait(sleeps ? UntilTimer(milliseconds) : 0);
        _waker!.EndSleep();
        return ready switch
        {
            >= 0 => ready,
            -(int)Errno.EINTR => 0,
            _ => throw new IOException($"epoll_wait failed: {(Errno)(-ready)}"),
        };
    }

    /// <summary>From here on a post wakes this thread. False if an action was posted before: then it must not sleep.</summary>
    private bool BeginSleep()
    {
        _waker!.BeginSleep();
        return _posted.IsEmpty;
    }

    /// <summary>The shorter of a time-out (-1 has no limit) and the time until the timers need a look.</summary>
    private int UntilTimer(int milliseconds)
    {
        if (_timers.Count == 0)
        {
            return milliseconds;
        }

        var untilTimer = _timers.NextTimeout(Clock);
        return milliseconds < 0 ? untilTimer : Math.Min(milliseconds, untilTimer);
    }

    private void RunPosted()
    {
        // An action that an action posts runs in the next turn, so that descriptors get theirs.
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

    private void OnFault(object failed, Exception failure) => OnFailure(failure);

    private void OnFailure(Exception failure)
    {
        _called++;
        if (_loop is not null)
        {
            _loop.Report(failure);
            return;
        }

        try
        {
            if (Unhandled is { } unhandled)
            {
                unhandled(failure);
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
