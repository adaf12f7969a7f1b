using Akka.Actor;

namespace ActorTcp.Actors;

/// <summary>A Send that a connector gave to its connection, as the token under which the outcome comes back.</summary>
internal sealed class ForwardedSend(object? token, IActorRef sender)
{
    /// <summary>The sender's own; null where it asked for no outcome but a failure.</summary>
    public object? Token { get; } = token;

    public IActorRef Sender { get; } = sender;

    public bool IsAnswered { get; set; }

    public override string ToString() => Token?.ToString() ?? "no token";
}
