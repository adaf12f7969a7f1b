namespace Akka.Actor;

public partial class ActorCell
{
    // Whether there is one set or pending, to spare messages the look at it.
    private bool _hasReceiveTimeout;

    public TimeSpan? ReceiveTimeout => _extras?.ReceiveTimeout;

    public void SetReceiveTimeout(TimeSpan? timeout = null)
    {
        if (timeout is null && !_hasReceiveTimeout)
            return;
        Extras.ReceiveTimeout = timeout;
        _hasReceiveTimeout = true;
    }

    /// <summary>Starts the timeout that is set, anew or if none runs; or ends it if none is set any more.</summary>
    internal void CheckReceiveTimeout(bool reschedule = true)
    {
        if (!_hasReceiveTimeout)
            return;
        var extras = Extras;
        if (extras.ReceiveTimeout is not { } timeout)
        {
            CancelReceiveTimeout();
            _hasReceiveTimeout = false;
        }
        else if (reschedule || extras.PendingReceiveTimeout is null)
        {
            extras.PendingReceiveTimeout?.Cancel();
            extras.PendingReceiveTimeout =
                _system.Scheduler.ScheduleTellOnceCancelable(timeout, _self, Akka.Actor.ReceiveTimeout.Instance, _self);
        }
    }

    private void CancelReceiveTimeout()
    {
        if (_extras?.PendingReceiveTimeout is not { } pending)
            return;
        pending.Cancel();
        _extras.PendingReceiveTimeout = null;
    }

    private void EndReceiveTimeout()
    {
        SetReceiveTimeout(null);
        CancelReceiveTimeout();
    }
}
