using Akka.Actor;

namespace ActorTcp.Connections;

/// <content>A connection on another node, which sends a message again if the message or its acknowledgement could be lost.</content>
internal sealed partial class HandlerSession
{
    // With a connection on another node: what it sent last, and the answer to that, which is null until it is processed. See IsRepeated.
    private bool _isRemote;
    private object? _lastMessage;
    private HandlerAck? _lastAck;

    /// <summary>
    /// Whether a connection on another node has sent a message again, because the message or its acknowledgement could be lost. A message that this instance
    /// has processed is acknowledged again.
    /// </summary>
    private bool IsRepeated(object message, IActorRef sender)
    {
        if (message is not (Received { IsFromOtherNode: true } or ConnectionProtocol.PeerEof or ConnectionProtocol.FrameFailed or ConnectionProtocol.Resumed
                or ConnectionProtocol.Connected)
            || !sender.Equals(Connection))
        {
            return false;
        }

        if (State == SessionState.AwaitsResumed)
        {
            if (message is not (ConnectionProtocol.Resumed or ConnectionProtocol.Connected))
            {
                // The connection does not know of the restart yet, or the message that says so is lost. It ignores the second one.
                Connection.Tell(new HandlerAck.Restarting(false), handler);
            }

            return false;
        }

        // A message that was stashed comes as the same object.
        if (_lastMessage is null || ReferenceEquals(message, _lastMessage) || !IsSame(message, _lastMessage))
        {
            return false;
        }

        if (_lastAck is not null)
        {
            Connection.Tell(_lastAck, handler);
        }

        return true;
    }

    private static bool IsSame(object message, object last) => (message, last) switch
    {
        (Received next, Received previous) => next.Offset == previous.Offset,
        (ConnectionProtocol.Resumed next, ConnectionProtocol.Resumed previous) => next.Number == previous.Number,
        _ => message.GetType() == last.GetType(),
    };
}
