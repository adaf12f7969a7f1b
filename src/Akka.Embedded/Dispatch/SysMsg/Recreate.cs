using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>Restart.</summary>
public sealed class Recreate(Exception cause) : SystemMessage
{
    public Exception Cause { get; } = cause;

    internal override bool CanBeHandledIn(CellState state) => state != CellState.WaitingForChildren;

    public override string ToString() => $"<Recreate>{(Cause is null ? "" : $" Cause: {Cause}")}";

    internal override void Apply(ActorCell cell) => cell.FaultRecreate(Cause);
}
