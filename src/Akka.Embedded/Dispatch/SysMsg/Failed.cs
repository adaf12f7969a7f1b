using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>A child tells its parent that it failed. The uid keeps a former incarnation's failure apart.</summary>
public sealed class Failed(IActorRef child, Exception cause, long uid) : SystemMessage
{
    public IActorRef Child { get; } = child;

    public Exception Cause { get; } = cause;

    public long Uid { get; } = uid;

    public override string ToString() => $"<Failed>: {Child} ({Uid}) {(Cause is null ? "" : $", Cause={Cause}")}";

    /// <summary>A suspended supervisor decides later, but one that waits for its children must see their failures.</summary>
    internal override bool CanBeHandledIn(CellState state) => state != CellState.Suspended;

    internal override void Apply(ActorCell cell) => cell.HandleFailed(this);
}
