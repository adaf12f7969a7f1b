using ActorTcp.Sockets;

namespace ActorTcp.EventLoop;

/// <content>One turn: wait, deliver, run, end.</content>
internal sealed partial class PollLoop
{
    /// <summary>The maximum number of queued items that one turn runs before it looks at readiness again.</summary>
    private const int WorkPerTurn = 512;

    /// <summary>The time for which one turn runs queued items: slow items must not delay readiness and timers.</summary>
    private static readonly TimeSpan WorkTimePerTurn = TimeSpan.FromMilliseconds(5);

    /// <summary>The pause after a wait that failed, in milliseconds.</summary>
    private const int FailedWaitPause = 10;

    /// <summary>The time for which waits may fail before the loop drops its descriptors.</summary>
    private static readonly TimeSpan FailedWaitLimit = TimeSpan.FromSeconds(1);

    private long _waitFailedIn = -2;
    private long _waitFailsSince;

    private void TakeTurn()
    {
        var ready = WaitForReadiness();
        Turn++;
        Now = _clock.Milliseconds;
        Poller.Deliver(ready, _onFault);
        RunPosted();
        Work?.Run(WorkPerTurn, WorkTimePerTurn, _onFault);
        RunEndsOfTurn();
        Timers.Advance(Now, _onFault);
    }

    private int WaitForReadiness()
    {
        if (HasWork())
        {
            return Wait(0);
        }

        // The protocol of Waker: after BeginSleep a producer wakes this thread. The second check of the queues sees the items that were queued before.
        _waker.BeginSleep();
        Meters.FallAsleep();
        var ready = Wait(HasWork() || State == LoopState.Stopping ? 0 : Timers.NextTimeout(_clock.Milliseconds));
        _waker.EndSleep();
        Meters.WakeUp();
        return ready;
    }

    private bool HasWork() => !_endsOfTurn.IsEmpty || !_posted.IsEmpty || Work is { IsEmpty: false };

    private int Wait(int timeoutMilliseconds)
    {
        var ready = Poller.Wait(timeoutMilliseconds);
        if (ready < 0)
        {
            if (ready != -(int)Errno.EINTR)
            {
                OnWaitFailed((Errno)(-ready), timeoutMilliseconds);
            }

            return 0;
        }

        return ready;
    }

    /// <summary>
    /// The turn continues without descriptors, because queued work must run. If waits keep failing, for example because other code
    /// closed the epoll instance, each registered target receives OnLost, and the loop runs its queues only.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OnWaitFailed(Errno errno, int timeoutMilliseconds)
    {
        var isFirst = Turn != _waitFailedIn + 1;
        _waitFailedIn = Turn;
        if (Poller.IsLost)
        {
            _waker.WaitWithoutPoller(timeoutMilliseconds);
        }
        else if (isFirst)
        {
            _waitFailsSince = Stopwatch.GetTimestamp();
            Report(new IOException($"epoll_wait failed: {errno}; the loop tries again"));
        }
        else if (Stopwatch.GetElapsedTime(_waitFailsSince) < FailedWaitLimit)
        {
            _waker.WaitWithoutPoller(timeoutMilliseconds < 0 ? FailedWaitPause : Math.Min(timeoutMilliseconds, FailedWaitPause));
        }
        else
        {
            var lost = Poller.GiveUp(errno);
            Report(new IOException($"epoll_wait keeps failing: {errno}; the loop has dropped its {lost} descriptors, and accepts no others"));
        }
    }

    private void RunPosted()
    {
        // An action that an action posts runs in the next turn, so that descriptors get theirs.
        for (var left = _posted.IsEmpty ? 0 : _posted.Count; left > 0 && _posted.TryDequeue(out var action); left--)
        {
            try
            {
                action();
            }
            catch (Exception failure)
            {
                Report(failure);
            }
        }
    }

    private void RunEndsOfTurn()
    {
        // A target that asks again from inside its call is called at the end of the next turn.
        for (var left = _endsOfTurn.Count; left > 0;)
        {
            IEndOfTurn? target = null;
            try
            {
                for (; left > 0 && _endsOfTurn.TryDequeue(out target); left--)
                {
                    target.OnEndOfTurn();
                }

                return;
            }
            catch (Exception failure)
            {
                left--;
                OnFault(target!, failure);
            }
        }
    }

    /// <summary>Contains a failure: logs it with the target that failed, and ends that target alone.</summary>
    private void OnFault(object failed, Exception failure)
    {
        try
        {
            (failed as IPollTarget)?.OnFault();
        }
        catch (Exception second)
        {
            failure = new AggregateException(failure, second);
        }

        Report(new LoopFaultException(failed, failure));
    }
}

/// <summary>A target that a loop called has thrown. The loop has ended the target, and continues.</summary>
internal sealed class LoopFaultException(object failed, Exception cause) : Exception($"{failed} failed: {cause.Message}", cause);
