namespace Akka.Actor;

public abstract partial class ActorBase
{
    public virtual void AroundPreStart() => PreStart();

    public virtual void AroundPostStop()
    {
        CancelTimers();
        PostStop();
    }

    public virtual void AroundPreRestart(Exception cause, object message)
    {
        CancelTimers();
        PreRestart(cause, message);
    }

    public virtual void AroundPostRestart(Exception cause, object message) => PostRestart(cause);

    protected virtual void PreStart() { }

    protected virtual void PostStop() { }

    /// <summary>Called on the instance that failed. Stops the children and calls <see cref="PostStop"/>.</summary>
    protected virtual void PreRestart(Exception reason, object message)
    {
        foreach (var child in Context.GetChildren())
        {
            Context.Unwatch(child);
            Context.Stop(child);
        }

        PostStop();
    }

    /// <summary>Called on the new instance. Calls <see cref="PreStart"/>.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    private void CancelTimers()
    {
        if (this is IWithTimers { Timers: { } timers })
            timers.CancelAll();
    }
}
