using Akka.Actor;
using Akka.Event;

namespace Akka.Dispatch.SysMsg;

public sealed class Terminate : SystemMessage, IPossiblyHarmful, IDeadLetterSuppression
{
    public override string ToString() => "<Terminate>";

    internal override void Apply(ActorCell cell) => cell.Terminate();
}
