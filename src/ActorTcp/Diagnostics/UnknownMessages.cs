using Akka.Actor;

namespace ActorTcp.Diagnostics;

/// <summary>
/// Answers messages that an actor of ActorTcp does not handle. So an Ask with a wrong message fails at once, not after its time-out.
/// </summary>
internal static class UnknownMessages
{
    /// <summary>
    /// Sends a failure to the sender. Messages of Akka are not answered, because two actors could otherwise answer each other's failures without
    /// end.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="context">The context of the actor that has received it.</param>
    /// <param name="receiver">The description of that actor, for the error text.</param>
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
