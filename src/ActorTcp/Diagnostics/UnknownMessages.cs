using Akka.Actor;

namespace ActorTcp.Diagnostics;

/// <summary>Answers what an actor of ActorTcp does not handle, so that a mistake does not wait for the time-out of an Ask.</summary>
internal static class UnknownMessages
{
    /// <summary>
    /// Answers the sender. Akka's own messages get no answer: a failure that answered a failure could go round for ever.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="context">The actor that has received it.</param>
    /// <param name="receiver">What the actor is, for the text.</param>
    public static void Answer(object message, IActorContext context, string receiver)
    {
        var type = message.GetType();
        var isInternal = type.Assembly == typeof(ActorRefs).Assembly || (type.Assembly == typeof(UnknownMessages).Assembly && !type.IsVisible);
        if (!isInternal && !context.Sender.IsNobody() && !context.Sender.Equals(context.System.DeadLetters))
        {
            var name = type.DeclaringType is { } protocol ? $"{protocol.Name}.{type.Name}" : type.Name;
            var hint = message is Received ? "; ToSend() makes a message that sends its bytes" : "";
            context.Sender.Tell(new Status.Failure(new UnknownMessageException(message, $"{receiver} does not handle {name}{hint}")), context.Self);
        }
    }
}
