using Akka.Event;

namespace Akka.Actor;

/// <summary>Stops the actor that receives it, when its turn in the mailbox has come.</summary>
public sealed class PoisonPill : IAutoReceivedMessage, IPossiblyHarmful, IDeadLetterSuppression
{
    private PoisonPill() { }

    public static PoisonPill Instance { get; } = new();

    public override string ToString() => "<PoisonPill>";
}
