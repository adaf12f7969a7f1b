using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>The first message of every cell: make the actor, or fail as its references' owner found out before.</summary>
public sealed class Create(ActorInitializationException? failure = null) : SystemMessage
{
    public ActorInitializationException? Failure { get; } = failure;

    public override string ToString() => "<Create>";

    internal override void Apply(ActorCell cell) => cell.Create(Failure);
}
