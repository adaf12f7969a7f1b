using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor.Internal;

/// <summary>What most cells never need, so that an idle actor stays small.</summary>
internal sealed class CellExtras
{
    /// <summary>Behaviours below the current one.</summary>
    public Stack<Receive>? Behaviors;

    /// <summary>Those of whom a <see cref="Terminated"/> is in the mailbox that was not unwatched since.</summary>
    public Dictionary<IActorRef, object?>? TerminatedQueued;

    public TimeSpan? ReceiveTimeout;

    public ICancelable? PendingReceiveTimeout;

    /// <summary>System messages that wait for the cell's state to change, newest first.</summary>
    public SystemMessage? Stashed;

    public ActorTaskScheduler? TaskScheduler;

    /// <summary>What this incarnation decides about its children by; null until it was asked.</summary>
    public SupervisorStrategy? Strategy;

    /// <summary>Who failed, this actor or the child whose failure it escalated; null while nothing failed.</summary>
    public IActorRef? Perpetrator;

    /// <summary>What is being restarted for while children stop.</summary>
    public Exception? RestartCause;
}
