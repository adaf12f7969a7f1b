using Akka.Actor;

namespace ActorTcp.Actors;

/// <summary>A <see cref="Send"/> that asked for an outcome, or a command that waits for its turn behind the sends, and has none yet.</summary>
internal sealed class PendingSend(object? token, IActorRef sender, object? command = null) : INoSerializationVerificationNeeded
{
    /// <summary>Null only for a Send with a time-out.</summary>
    public object? Token { get; } = token;

    public IActorRef Sender { get; } = sender;

    /// <summary>The Flush or Shutdown; for a Send its <see cref="SendDeadline"/>, or null without one.</summary>
    public object? Command { get; } = command;

    /// <summary>Whether it is a Send.</summary>
    public bool IsSend => Command is null or SendDeadline;

    /// <summary>The kernel has it all; its sender is told when the actor gets to it.</summary>
    public bool IsSent { get; set; }
}
