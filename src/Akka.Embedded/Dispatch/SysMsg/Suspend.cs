using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>Stop handling user messages, children too, until as many Resume or Recreate came.</summary>
public sealed class Suspend : SystemMessage
{
    internal override bool CanBeHandledIn(CellState state) => state != CellState.WaitingForChildren;

    public override string ToString() => "<Suspend>";

    internal override void Apply(ActorCell cell) => cell.FaultSuspend();
}
