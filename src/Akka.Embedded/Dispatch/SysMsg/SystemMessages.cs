using Akka.Actor;
using Akka.Event;

namespace Akka.Dispatch.SysMsg;

/// <summary>What the engine tells cells, and how it is applied to them. Their texts can be read in dead letters.</summary>
internal static class SystemMessages
{
    /// <summary>The first message of every cell: make the actor.</summary>
    internal sealed class Create : SystemMessage
    {
        public override string ToString() => "<Create>";

        internal override void Apply(ActorCell cell) => cell.Create();
    }

    /// <summary>Stop handling user messages, children too, until as many Resume or Recreate came.</summary>
    internal sealed class Suspend : SystemMessage
    {
        internal override bool CanBeHandledIn(CellState state) => state != CellState.WaitingForChildren;

        public override string ToString() => "<Suspend>";

        internal override void Apply(ActorCell cell) => cell.FaultSuspend();
    }

    /// <summary>Go on; with a cause if it is the failed actor itself that is told to.</summary>
    internal sealed class Resume(Exception? causedByFailure) : SystemMessage
    {
        internal override bool CanBeHandledIn(CellState state) => state != CellState.WaitingForChildren;

        public override string ToString() => $"<Resume>{(causedByFailure is null ? "" : $" CausedByFailure: {causedByFailure}")}";

        internal override void Apply(ActorCell cell) => cell.FaultResume(causedByFailure);
    }

    /// <summary>Restart.</summary>
    internal sealed class Recreate(Exception cause) : SystemMessage
    {
        internal override bool CanBeHandledIn(CellState state) => state != CellState.WaitingForChildren;

        public override string ToString() => $"<Recreate>{(cause is null ? "" : $" Cause: {cause}")}";

        internal override void Apply(ActorCell cell) => cell.FaultRecreate(cause!);
    }

    internal sealed class Terminate : SystemMessage, IPossiblyHarmful, IDeadLetterSuppression
    {
        public override string ToString() => "<Terminate>";

        internal override void Apply(ActorCell cell) => cell.Terminate();
    }

    /// <summary>A child tells its parent that it failed. The uid keeps a former incarnation's failure apart.</summary>
    internal sealed class Failed(IActorRef child, Exception cause, long uid) : SystemMessage
    {
        public IActorRef Child => child;

        public Exception Cause => cause;

        public long Uid => uid;

        public override string ToString() => $"<Failed>: {Child} ({Uid}) {(Cause is null ? "" : $", Cause={Cause}")}";

        /// <summary>A suspended supervisor decides later, but one that waits for its children must see their failures.</summary>
        internal override bool CanBeHandledIn(CellState state) => state != CellState.Suspended;

        internal override void Apply(ActorCell cell) => cell.HandleFailed(this);
    }

    internal sealed class Watch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
    {
        public IInternalActorRef Watchee => watchee;

        public IInternalActorRef Watcher => watcher;

        public override string ToString() => $"<Watch>: {Watcher} wants to watch {Watchee}";

        internal override void Apply(ActorCell cell) => cell.AddWatcher(Watchee, Watcher);
    }

    internal sealed class Unwatch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
    {
        public override string ToString() => $"<Unwatch>: {watcher} wants to unwatch {watchee}";

        internal override void Apply(ActorCell cell) => cell.RemoveWatcher(watchee, watcher);
    }

    /// <summary>An actor has stopped; goes to its parent and to its watchers.</summary>
    internal sealed class DeathWatchNotification(IActorRef actor, bool existenceConfirmed) : SystemMessage, IDeadLetterSuppression
    {
        public IActorRef Actor => actor;

        public override string ToString() => $"<DeathWatchNotification>: {Actor}, ExistenceConfirmed={existenceConfirmed}, AddressTerminated=False";

        internal override void Apply(ActorCell cell) => cell.WatchedActorTerminated(Actor, existenceConfirmed);
    }

    /// <summary>A part of an async handler that is to run on the actor's turn.</summary>
    internal sealed class ActorTask(ActorTaskScheduler scheduler, Task task, object? message) : SystemMessage
    {
        internal override void Apply(ActorCell cell)
        {
            cell.CurrentMessage = message;
            scheduler.Execute(task);
            cell.CurrentMessage = null;
        }
    }

    /// <summary>An async handler has failed.</summary>
    internal sealed class ActorTaskFailed(Exception exception, object? message) : SystemMessage
    {
        internal override void Apply(ActorCell cell)
        {
            cell.CurrentMessage = message;
            cell.FailAsync(exception);
        }
    }

    /// <summary>Stands in a mailbox's list when the mailbox takes no more system messages. Never handled.</summary>
    internal sealed class QueueClosed : SystemMessage
    {
        public static readonly QueueClosed Instance = new();

        private QueueClosed() { }

        internal override void Apply(ActorCell cell) => throw new NotSupportedException("A marker, not a message.");
    }
}
