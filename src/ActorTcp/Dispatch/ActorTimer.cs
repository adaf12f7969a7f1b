using ActorTcp.EventLoop;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Dispatch;

/// <summary>
/// A timer of an actor that runs on a poll loop. When it is due, the actor receives the timer as a message. It runs on the loop's own wheel,
/// because Akka's scheduler, once started, wakes up every 10 ms until the system ends. Used on the loop's thread.
/// </summary>
internal sealed class ActorTimer(IActorRef actor, PollLoop loop) : LoopTimer, INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private bool _isDue;

    /// <summary>Starts the timer, or moves it if it is running.</summary>
    public void Start(TimeSpan delay)
    {
        _isDue = false;
        loop.Timers.Schedule(this, loop.Now, (long)Math.Max(0, Math.Ceiling(delay.TotalMilliseconds)));
    }

    public void Cancel()
    {
        _isDue = false;
        loop.Timers.Cancel(this);
    }

    /// <summary>Whether the actor must act on the timer that it received. False if the timer was cancelled or moved while it was in the mailbox.</summary>
    public bool TakeDue()
    {
        var isDue = _isDue;
        _isDue = false;
        return isDue;
    }

    public override void OnDue()
    {
        _isDue = true;
        actor.Tell(this, ActorRefs.NoSender);
    }
}
