using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Akka.Actor.Internal;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The base of all actors. Instances are made by the engine only, and live from one restart to the next.</summary>
public abstract partial class ActorBase
{
    // Stands for every actor's own Receive, so that not each has a delegate for it.
    private static readonly Receive _ownReceive = static message => ActorCell.Current!.Actor!.Receive(message);

    private IActorRef? _clearedSelf;

    protected ActorBase()
    {
        var cell = ActorCell.Current ?? throw new ActorInitializationException(
            "Do not create actors using 'new', always create them using an ActorContext/System");
        if (this is IWithTimers timed)
            timed.Timers = new Scheduler.TimerScheduler(cell);
        cell.Become(_ownReceive);
    }

    protected static IActorContext Context => Cell;

    protected static Receive EmptyReceive { get; } = static _ => false;

    protected IActorRef Self => _clearedSelf ?? Cell.Self;

    protected IActorRef Sender => Cell.Sender;

    // Inlined where an actor asks for its sender and tells it something, which then is one look for the thread's cell.
    private static ActorCell Cell
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var cell = InternalCurrentActorCellKeeper.Value;
            if (cell is null)
                ThrowNoContext();
            return cell.ActorHasBeenCleared ? null! : cell;
        }
    }

    internal SupervisorStrategy CreateSupervisorStrategy() => SupervisorStrategy();

    internal void Clear(IActorRef self) => _clearedSelf = self;

    internal void Unclear() => _clearedSelf = null;

    protected internal virtual bool AroundReceive(Receive receive, object message)
    {
        var handled = ReferenceEquals(receive, _ownReceive) ? Receive(message) : receive(message);
        if (!handled)
            Unhandled(message);
        return handled;
    }

    protected abstract bool Receive(object message);

    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated)
            throw new DeathPactException(terminated.ActorRef);
        Context.System.EventStream.Publish(new UnhandledMessage(message, Sender, Self));
    }

    protected virtual SupervisorStrategy SupervisorStrategy() => Actor.SupervisorStrategy.DefaultStrategy;

    protected void Become(Receive receive) => Context.Become(receive);

    protected void BecomeStacked(Receive receive) => Context.BecomeStacked(receive);

    protected void UnbecomeStacked() => Context.UnbecomeStacked();

    protected void SetReceiveTimeout(TimeSpan? timeout) => Context.SetReceiveTimeout(timeout);

    [DoesNotReturn]
    private static void ThrowNoContext() => throw new NotSupportedException(
        "There is no active ActorContext, this is most likely due to use of async operations from within this actor.");
}
