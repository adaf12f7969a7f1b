using ActorTcp.Connections;
using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Connectors;

/// <content>
/// The Sends to a connector. It forwards each Send to the connection with its own token, and remembers it until its outcome arrives. So
/// each Send has an outcome, even if the connection's actor stops with Sends in its mailbox.
/// </content>
internal sealed partial class ConnectorActor
{
    private readonly Queue<InFlightSend> _inFlight = new(0);
    private readonly Queue<(Send Send, IActorRef Sender)> _queued = new(0);
    private long _queuedBytes;

    private void OnSend(Send send)
    {
        switch (_state)
        {
            case ConnectorState.Up up:
                Forward(up.Connection, send, Sender);
                break;
            case ConnectorState.Closing or ConnectorState.Ended:
                Refuse(send, Errno.EPIPE, $"{send} was sent to a connector that is closing");
                break;
            default:
                Queue(send);
                break;
        }
    }

    private void Queue(Send send)
    {
        // An empty Send counts as one byte, because its entry in the queue needs memory too.
        var bytes = Math.Max(1, send.Length);
        if (_settings.QueueBytes == 0)
        {
            Refuse(send, Errno.ENOTCONN, $"{send} was sent without a connection to {this}");
        }
        else if (_queuedBytes + bytes > _settings.QueueBytes)
        {
            Refuse(send, Errno.ENOBUFS, $"{send} exceeds the queue without a connection: {_queuedBytes} of at most {_settings.QueueBytes} bytes are queued");
        }
        else
        {
            // The bytes are copied, because a lease would hold a whole slab until the connection is open.
            if (send.With(send.Token, copied: true) is { } copy)
            {
                _queuedBytes += bytes;
                _queued.Enqueue((copy, Sender));
            }
            else
            {
                Refuse(send, Errno.EINVAL, SentTwiceText(send));
            }
        }
    }

    private static string SentTwiceText(Send send) => $"{send} was sent before; each connection needs its own ToSend()";

    private void ForwardQueued(IActorRef connection)
    {
        _queuedBytes = 0;
        while (_queued.TryDequeue(out var queued))
        {
            Forward(connection, queued.Send, queued.Sender);
        }
    }

    private void Forward(IActorRef connection, Send send, IActorRef sender)
    {
        var inFlight = new InFlightSend(send.Token, sender);
        if (send.With(inFlight) is not { } forwarded)
        {
            sender.Tell(new ConnectionProtocol.SendFailed(send.Token, Errno.EINVAL, SentTwiceText(send)), Self);
            return;
        }

        _inFlight.Enqueue(inFlight);
        connection.Tell(forwarded, Self);
    }

    private void OnSent(InFlightSend sent)
    {
        if (TryComplete(sent) && sent.Token is { } token)
        {
            sent.Sender.Tell(new ConnectionProtocol.Sent(token), Self);
        }
    }

    private void OnSendFailed(InFlightSend failed, Errno errno, string text)
    {
        if (TryComplete(failed))
        {
            failed.Sender.Tell(new ConnectionProtocol.SendFailed(failed.Token, errno, text), Self);
        }
    }

    /// <summary>Marks a Send as answered. False if it already has an outcome.</summary>
    private bool TryComplete(InFlightSend send)
    {
        if (send.IsAnswered)
        {
            return false;
        }

        send.IsAnswered = true;
        while (_inFlight.TryPeek(out var first) && first.IsAnswered)
        {
            _inFlight.Dequeue();
        }

        return true;
    }

    /// <summary>Answers all forwarded Sends without an outcome, because their connection has stopped.</summary>
    private void FailInFlight(Errno errno)
    {
        while (_inFlight.TryPeek(out var send))
        {
            OnSendFailed(send, errno == 0 ? Errno.EPIPE : errno, "The connection ended before all bytes were sent");
        }
    }

    /// <summary>Answers all queued Sends, because there will be no connection.</summary>
    private void FailQueued(object lastEvent)
    {
        var (errno, text) = CauseOf(lastEvent);
        _queuedBytes = 0;
        while (_queued.TryDequeue(out var queued))
        {
            queued.Sender.Tell(
                new ConnectionProtocol.SendFailed(queued.Send.Token, errno == 0 ? Errno.EPIPE : errno, $"{queued.Send} was not sent, without a connection: {text}"),
                Self);
        }
    }

    private void Refuse(Send send, Errno errno, string text)
    {
        send.Drop();
        Sender.Tell(new ConnectionProtocol.SendFailed(send.Token, errno, text), Self);
    }
}
