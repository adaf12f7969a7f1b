using ActorTcp.Connections;
using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Connectors;

/// <summary>
/// The Sends to one connector. With a connection, each Send is forwarded with a token of its own and is in flight until its outcome arrives. So each
/// Send has an outcome, even if the connection's actor stops with Sends in its mailbox. Without a connection, Sends are queued. Used on the loop's thread.
/// </summary>
/// <param name="connector">The sender of the outcomes.</param>
/// <param name="queueBytes">The maximum number of queued bytes; 0: nothing is queued.</param>
/// <param name="remoteHost">The host and the port, for error texts.</param>
internal sealed class ConnectorSends(IActorRef connector, long queueBytes, string remoteHost)
{
    private readonly Queue<InFlightSend> _inFlight = new(0);
    private readonly Queue<(Send Send, IActorRef Sender)> _queued = new(0);

    /// <summary>The number of queued bytes. An empty Send counts as one byte, because its entry in the queue needs memory too.</summary>
    public long QueuedBytes { get; private set; }

    /// <summary>The number of forwarded Sends without an outcome.</summary>
    public int InFlight => _inFlight.Count(send => !send.IsAnswered);

    /// <summary>Queues a Send until there is a connection, or refuses it.</summary>
    public void Queue(Send send, IActorRef sender)
    {
        var bytes = Math.Max(1, send.Length);
        if (queueBytes == 0)
        {
            Refuse(send, sender, Errno.ENOTCONN, $"{send} was sent without a connection to {remoteHost}");
        }
        else if (QueuedBytes + bytes > queueBytes)
        {
            Refuse(send, sender, Errno.ENOBUFS, $"{send} exceeds the queue without a connection: {QueuedBytes} of at most {queueBytes} bytes are queued");
        }
        else if (send.With(send.Token, copied: true) is { } copy)
        {
            // The bytes are copied, because a lease would hold a whole slab until the connection is open.
            QueuedBytes += bytes;
            _queued.Enqueue((copy, sender));
        }
        else
        {
            RefuseSentTwice(send, sender);
        }
    }

    /// <summary>Forwards a Send to the connection.</summary>
    public void Forward(IActorRef connection, Send send, IActorRef sender)
    {
        var inFlight = new InFlightSend(send.Token, sender);
        if (send.With(inFlight) is not { } forwarded)
        {
            RefuseSentTwice(send, sender);
            return;
        }

        _inFlight.Enqueue(inFlight);
        connection.Tell(forwarded, connector);
    }

    /// <summary>Forwards all queued Sends to the new connection, in their order.</summary>
    public void ForwardQueued(IActorRef connection)
    {
        QueuedBytes = 0;
        while (_queued.TryDequeue(out var queued))
        {
            Forward(connection, queued.Send, queued.Sender);
        }
    }

    /// <summary>The connection has sent all bytes of a Send.</summary>
    public void OnSent(InFlightSend sent)
    {
        if (TryComplete(sent) && sent.Token is { } token)
        {
            sent.Sender.Tell(new ConnectionProtocol.Sent(token), connector);
        }
    }

    /// <summary>The connection has not sent all bytes of a Send.</summary>
    public void OnSendFailed(InFlightSend failed, Errno errno, string text)
    {
        if (TryComplete(failed))
        {
            failed.Sender.Tell(new ConnectionProtocol.SendFailed(failed.Token, errno, text), connector);
        }
    }

    /// <summary>Answers all Sends in flight, because their connection has stopped.</summary>
    public void FailInFlight(Errno errno)
    {
        while (_inFlight.TryPeek(out var send))
        {
            OnSendFailed(send, errno == 0 ? Errno.EPIPE : errno, "The connection ended before all bytes were sent");
        }
    }

    /// <summary>Answers all queued Sends, because no connection will follow.</summary>
    public void FailQueued(Errno errno, string text)
    {
        while (_queued.TryDequeue(out var queued))
        {
            Refuse(queued.Send, queued.Sender, errno == 0 ? Errno.EPIPE : errno, $"{queued.Send} was not sent, without a connection: {text}");
        }

        QueuedBytes = 0;
    }

    /// <summary>Releases the bytes of a Send. Its sender receives SendFailed.</summary>
    public void Refuse(Send send, IActorRef sender, Errno errno, string text)
    {
        send.Drop();
        sender.Tell(new ConnectionProtocol.SendFailed(send.Token, errno, text), connector);
    }

    private void RefuseSentTwice(Send send, IActorRef sender) => sender.Tell(
        new ConnectionProtocol.SendFailed(send.Token, Errno.EINVAL, $"{send} was sent before; each connection needs its own ToSend()"),
        connector);

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
}
