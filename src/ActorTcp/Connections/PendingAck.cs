using Akka.Actor;

namespace ActorTcp.Connections;

/// <summary>A <see cref="Send"/> that asked for an outcome, or a command queued after the Sends, until it is answered.</summary>
internal sealed class PendingAck(object? token, IActorRef sender, object? command = null) : INoSerializationVerificationNeeded
{
    /// <summary>Null only for a Send with a time-out.</summary>
    public object? Token { get; } = token;

    public IActorRef Sender { get; } = sender;

    /// <summary>The Flush, the Shutdown or the <see cref="AnswersMark"/>; for a Send its <see cref="SendDeadline"/>, or null without one.</summary>
    public object? Command { get; } = command;

    public bool IsSend => Command is null or SendDeadline;

    /// <summary>Whether the kernel has all of it. The channel sets it before the actor processes the event.</summary>
    public bool IsSent { get; set; }
}

/// <summary>Marks, among the pending acknowledgements, where the answers in the send queue end.</summary>
internal sealed class AnswersMark
{
    public static readonly AnswersMark Instance = new();
}

/// <summary>A Send that a connector forwarded to its connection: the token of that Send's outcome.</summary>
internal sealed class InFlightSend(object? token, IActorRef sender)
{
    /// <summary>The sender's own token; null if the sender asked for failures only.</summary>
    public object? Token { get; } = token;

    public IActorRef Sender { get; } = sender;

    public bool IsAnswered { get; set; }

    public override string ToString() => Token?.ToString() ?? "no token";
}
