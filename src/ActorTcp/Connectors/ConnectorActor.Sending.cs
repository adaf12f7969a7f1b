using ActorTcp.Connections;
using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Connectors;

/// <summary>
/// What a connector is told to send. It gives each Send to the connection under a token of its own and keeps count of those without an
/// outcome, so that each has one, also where the connection's actor ends with some of them in its mailbox.
/// </summary>
internal sealed partial class ConnectorActor
{
    private readonly Queue<InFlightSend> _forwarded = new(0);
    private readonly Queue<(Send Send, IActorRef Sender)> _waiting = new(0);
    private long _waitingBytes;

    private void OnSend(Send send)
    {
        switch (_phase)
        {
            case ConnectorPhase.Up up:
                Forward(up.Connection, send, Sender);
                break;
            case ConnectorPhase.Closing or ConnectorPhase.Ended:
                Refuse(send, Errno.EPIPE, $"{send} through a connector that is closing");
                break;
            default:
                Queue(send);
                break;
        }
    }

    private void Queue(Send send)
    {
        // One of no bytes needs memory, too.
        var bytes = Math.Max(1, send.Length);
        if (_settings.QueueBytes == 0)
        {
            Refuse(send, Errno.ENOTCONN, $"{send} without a connection to {this}");
        }
        else if (_waitingBytes + bytes > _settings.QueueBytes)
        {
            Refuse(send, Errno.ENOBUFS, $"{send} would exceed what may wait for a connection: {_waitingBytes} of {_settings.QueueBytes} bytes wait");
        }
        else
        {
            // A lease would keep a whole slab for as long as there is no connection.
            if (send.With(send.Token, copied: true) is { } kept)
            {
                _waitingBytes += bytes;
                _waiting.Enqueue((kept, Sender));
            }
            else
            {
                Refuse(send, Errno.EINVAL, SentBefore(send));
            }
        }
    }

    private static string SentBefore(Send send) => $"{send} was sent before: each connection needs its own ToSend()";

    private void ForwardWaiting(IActorRef connection)
    {
        _waitingBytes = 0;
        while (_waiting.TryDequeue(out var waiting))
        {
            Forward(connection, waiting.Send, waiting.Sender);
        }
    }

    private void Forward(IActorRef connection, Send send, IActorRef sender)
    {
        var forwarded = new InFlightSend(send.Token, sender);
        if (send.With(forwarded) is not { } own)
        {
            sender.Tell(new ConnectionProtocol.SendFailed(send.Token, Errno.EINVAL, SentBefore(send)), Self);
            return;
        }

        _forwarded.Enqueue(forwarded);
        connection.Tell(own, Self);
    }

    private void OnSent(InFlightSend sent)
    {
        if (Answer(sent) && sent.Token is { } token)
        {
            sent.Sender.Tell(new ConnectionProtocol.Sent(token), Self);
        }
    }

    private void OnSendFailed(InFlightSend failed, Errno errno, string text)
    {
        if (Answer(failed))
        {
            failed.Sender.Tell(new ConnectionProtocol.SendFailed(failed.Token, errno, text), Self);
        }
    }

    /// <summary>False where it has an outcome already.</summary>
    private bool Answer(InFlightSend send)
    {
        if (send.IsAnswered)
        {
            return false;
        }

        send.IsAnswered = true;
        while (_forwarded.TryPeek(out var first) && first.IsAnswered)
        {
            _forwarded.Dequeue();
        }

        return true;
    }

    /// <summary>The connection is gone, and answers nothing more.</summary>
    private void FailForwarded(Errno errno)
    {
        while (_forwarded.TryPeek(out var send))
        {
            OnSendFailed(send, errno == 0 ? Errno.EPIPE : errno, "The connection ended before all of it was sent");
        }
    }

    /// <summary>No connection will come.</summary>
    private void FailWaiting(object lastEvent)
    {
        var (errno, text) = Why(lastEvent);
        _waitingBytes = 0;
        while (_waiting.TryDequeue(out var waiting))
        {
            waiting.Sender.Tell(
                new ConnectionProtocol.SendFailed(waiting.Send.Token, errno == 0 ? Errno.EPIPE : errno, $"{waiting.Send} did not get a connection: {text}"),
                Self);
        }
    }

    private void Refuse(Send send, Errno errno, string text)
    {
        send.Drop();
        Sender.Tell(new ConnectionProtocol.SendFailed(send.Token, errno, text), Self);
    }
}
