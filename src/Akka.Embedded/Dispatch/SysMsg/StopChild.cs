using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>Tells a guardian to stop a child of its.</summary>
public sealed class StopChild(IActorRef child)
{
    public IActorRef Child { get; } = child;

    public override string ToString() => $"<StopChild> {Child}";
}
