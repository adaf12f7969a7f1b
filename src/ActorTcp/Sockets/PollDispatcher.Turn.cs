using System.Runtime.ExceptionServices;
using ActorTcp.EventLoop;
using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <content>Turns.</content>
public sealed partial class PollDispatcher
{
    /// <summary>
    /// One turn: waits until something is ready or posted, and calls the callbacks. It goes on waiting if no callback was to be
    /// called.
    /// </summary>
    /// <param name="timeout">The maximum time to wait; null waits without a limit, zero does not wait. Defaults to null.</param>
    /// <returns>The number of callbacks and posted actions that ran; 0 when the time has run out; minus <see cref="Errno.EINVAL"/> for a negative time-out.</returns>
    /// <exception cref="InvalidOperationException">Called inside a callback, from two threads at a time, or on the dispatcher of a poll loop.</exception>
    /// <exception cref="ObjectDisposedException">The dispatcher is disposed.</exception>
    /// <exception cref="Exception">What a callback threw and no errback took, unchanged; several as an <see cref="AggregateException"/>. The turn is completed first. Not thrown if <see cref="Unhandled"/> is set.</exception>
    public SocketResult Poll(TimeSpan? timeout = null) => PollUntil(CancellationToken.None, timeout);

    /// <summary>As <see cref="Poll"/>; also ends without a callback when the token is cancelled. A registration of the token wakes this thread.</summary>
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

    /// <summary>Takes turns until a token is cancelled.</summary>
    /// <param name="stop">Ends it, from any thread. The current turn is completed.</param>
    /// <param name="timeout">The maximum wait of one turn; null waits without a limit. Defaults to null.</param>
    /// <returns>True; false with <see cref="Errno.EINVAL"/> for a negative time-out.</returns>
    /// <exception cref="Exception">What a callback threw and no errback handled, as in <see cref="Poll"/>.</exception>
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

    /// <summary>Takes turns until a predicate returns true. The predicate is called before each turn.</summary>
    /// <param name="stop">Returns true to end it.</param>
    /// <param name="timeout">The maximum wait of one turn; null waits without a limit. Defaults to null.</param>
    /// <returns>True; false with <see cref="Errno.EINVAL"/> for a negative time-out.</returns>
    /// <exception cref="ArgumentNullException">The predicate is null.</exception>
    /// <exception cref="Exception">What a callback threw and no errback handled, as in <see cref="Poll"/>.</exception>
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
    /// <returns>False if the dispatcher is disposed. The action will not run.</returns>
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
        Poller.Deliver(ready, _onFault);
        RunPosted();
        if (_timers.Count > 0)
        {
            _timers.Advance(Clock, _onFault);
        }
    }

    private int Wait(int milliseconds, CancellationToken stop)
    {
        // The protocol of Waker: the queue and the token are read after BeginSleep. The token's registration wakes this thread as a producer does.
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
