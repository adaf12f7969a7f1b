using Akka.Actor;

namespace ActorTcp.Actors;

/// <summary>A <see cref="Send"/> that asked for an outcome and has none yet.</summary>
internal sealed class PendingSend(object token, IActorRef sender)
{
    public object Token { get; } = token;

    public IActorRef Sender { get; } = sender;

    /// <summary>The kernel has it all; its sender is told when the actor gets to it.</summary>
    public bool IsSent { get; set; }
}
