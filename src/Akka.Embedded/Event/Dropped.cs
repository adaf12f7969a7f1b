using Akka.Actor;

namespace Akka.Event;

/// <summary>A message that was thrown away on purpose.</summary>
public sealed class Dropped(object message, string reason, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, sender, recipient)
{
    public Dropped(object message, string reason, IActorRef recipient)
        : this(message, reason, ActorRefs.NoSender, recipient) { }

    public string Reason { get; } = reason;
}
