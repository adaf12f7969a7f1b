using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>Go on; with a cause if it is the failed actor itself that is told to.</summary>
public sealed class Resume(Exception? causedByFailure) : SystemMessage
{
    public Exception? CausedByFailure { get; } = causedByFailure;

    internal override bool CanBeHandledIn(CellState state) => state != CellState.WaitingForChildren;

    public override string ToString() => $"<Resume>{(CausedByFailure is null ? "" : $" CausedByFailure: {CausedByFailure}")}";

    internal override void Apply(ActorCell cell) => cell.FaultResume(CausedByFailure);
}
