using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Cluster.Sessions;

/// <content>The connection of the session, and the frames in both directions.</content>
internal sealed partial class SessionCore
{
    private IActorRef? _handler;

    /// <summary>Whether the handler knows that it has the session.</summary>
    private bool _isAnswered;

    /// <summary>The number of the last frame that was sent to the handler.</summary>
    private long _sentToHandler;

    /// <summary>The number of the client's last frame that was acknowledged to the handler.</summary>
    private long _acknowledged;

    private long _receivedAtTick;
    private long _detachedAt;

    /// <summary>Adds a frame for the client. Returns false if it does not fit, and the session has ended.</summary>
    public bool Add(ReadOnlyMemory<byte> frame)
    {
        if (_phase != CorePhase.Live)
        {
            return false;
        }

        var options = _type.Options;
        if (Record.Count >= options.MaxBufferedFrames || Record.Bytes + frame.Length + SessionRecord.Overhead > options.MaxBufferedBytes)
        {
            _log.Warning(
                "A session of type {SessionType} ends, because its client has not acknowledged {Frames} frames ({Bytes} bytes)", _type.Name, Record.Count, Record.Bytes);
            End(SessionEndReason.BufferFull);
            return false;
        }

        Record.Add(frame);
        Changed();
        return true;
    }

    private bool HandleLive(object message, IActorRef sender)
    {
        switch (message)
        {
            case Attach attach:
                OnAttach(attach);
                return true;
            case ClientFrame frame:
                OnClientFrame(frame);
                return true;
            case ClientAck ack when ack.Epoch == Record.Epoch:
                OnClientAck(ack.Received);
                return true;
            case Detach detach when detach.Epoch == Record.Epoch:
                LoseHandler();
                return true;
            case EndSession end when end.Epoch == Record.Epoch:
                End(end.Reason);
                return true;
            case Terminated terminated when terminated.ActorRef.Equals(_handler):
                LoseHandler();
                return true;
            case Send send:
                OnSend(send, sender);
                return true;
            default:
                return message is ISessionMessage;
        }
    }

    private void OnAttach(Attach attach)
    {
        var isSame = attach.Handler.Equals(_handler);
        if (!isSame && attach.Epoch != 0 && attach.Epoch != Record.Epoch)
        {
            // A later connection has the session, or had it.
            attach.Handler.Tell(new Replaced(Token), _self);
            return;
        }

        if (attach.Received < Record.Received || attach.Received > attach.Written || attach.Written > Record.Sent)
        {
            _log.Warning(
                "A client has received {Received} frames of a session of type {SessionType}, which has the frames {First} to {Last}: it cannot resume",
                attach.Received,
                _type.Name,
                Record.Received + 1,
                Record.Sent);
            attach.Handler.Tell(new Unknown(Token), _self);
            return;
        }

        Record.Trim(attach.Received);
        _sentToHandler = attach.Written;
        _isAnswered = false;
        if (isSame)
        {
            Answer();
            return;
        }

        var isResumed = !attach.IsNew;
        _handler?.Tell(new Replaced(Token), _self);
        DropHandler();
        _handler = attach.Handler;
        _context.Watch(_handler);
        _type.Meters.Attached(isResumed && attach.Epoch == 0);
        if (attach.Epoch == 0)
        {
            Record.Epoch++;
        }

        Changed();
        Owner.CallAttached(isResumed);
    }

    /// <summary>Notifies the handler that it has the session, as soon as this is committed.</summary>
    private void Answer()
    {
        var committed = _writer!.Committed;
        if (_handler is null || _isAnswered || committed.Epoch != Record.Epoch)
        {
            return;
        }

        _isAnswered = true;
        _acknowledged = committed.Accepted;
        _handler.Tell(new Attached(Record.Epoch, committed.Accepted), _self);
        Pump();
    }

    private void OnClientFrame(ClientFrame frame)
    {
        if (frame.Epoch != Record.Epoch || frame.Number != Record.Accepted + 1)
        {
            // Of an old connection, or sent again, or after one that was lost and is sent again.
            return;
        }

        Record.Accepted++;
        Changed();
        Owner.CallFrame(new SessionFrame(frame.Number, frame.Bytes));
    }

    private void OnClientAck(long received)
    {
        if (received > Record.Received && received <= _sentToHandler)
        {
            Record.Trim(received);
            Pump();
        }
    }

    private void OnSend(Send send, IActorRef sender)
    {
        var bytes = send.Memory;
        send.Drop();
        if (bytes.Length > _type.Options.MaxFrameLength)
        {
            var text = $"A frame has {bytes.Length} bytes; at most {_type.Options.MaxFrameLength} are allowed in a session";
            _log.Warning("A Send to a session of type {SessionType} is refused: {Error}", _type.Name, text);
            sender.Tell(new ConnectionProtocol.SendFailed(send.Token, Sockets.Errno.EMSGSIZE, text), _self);
        }
        else if (!Add(bytes))
        {
            sender.Tell(new ConnectionProtocol.SendFailed(send.Token, Sockets.Errno.ENOBUFS, "The buffer of the session is full, and the session has ended"), _self);
        }
        else if (send.Token is { } token)
        {
            sender.Tell(new ConnectionProtocol.Sent(token), _self);
        }
    }

    private void OnCommitted()
    {
        Answer();
        if (_handler is null || !_isAnswered)
        {
            return;
        }

        var accepted = _writer!.Committed.Accepted;
        if (accepted > _acknowledged)
        {
            _acknowledged = accepted;
            _handler.Tell(new Accepted(Record.Epoch, accepted), _self);
        }

        Pump();
    }

    /// <summary>Sends the committed frames to the handler that fit in the window.</summary>
    private void Pump()
    {
        var last = _writer!.Committed.Sent;
        if (_handler is null || !_isAnswered || _sentToHandler >= last)
        {
            return;
        }

        var onTheWay = 0L;
        foreach (var (number, bytes) in Record.After(Record.Received))
        {
            if (number > last || (onTheWay > 0 && onTheWay + bytes.Length + SessionRecord.Overhead > _type.Options.Window))
            {
                return;
            }

            onTheWay += bytes.Length + SessionRecord.Overhead;
            if (number > _sentToHandler)
            {
                _sentToHandler = number;
                _handler.Tell(new ServerFrame(Record.Epoch, number, bytes), _self);
            }
        }
    }

    private void TickAttachment()
    {
        if (_handler is null)
        {
            if (Environment.TickCount64 - _detachedAt >= _type.Options.Timeout.TotalMilliseconds)
            {
                End(SessionEndReason.Expired);
            }

            return;
        }

        if (_isAnswered && _sentToHandler > Record.Received && _receivedAtTick == Record.Received)
        {
            // The client has acknowledged nothing. Perhaps the last frame did not reach the handler.
            _handler.Tell(new Sync(Record.Epoch, _sentToHandler, _acknowledged), _self);
        }

        _receivedAtTick = Record.Received;
    }

    private void LoseHandler()
    {
        if (_handler is not null)
        {
            DropHandler();
            Owner.CallDetached();
        }
    }

    private void DropHandler()
    {
        if (_handler is not null)
        {
            _context.Unwatch(_handler);
            _handler = null;
            _isAnswered = false;
            _detachedAt = Environment.TickCount64;
            _type.Meters.Detached();
        }
    }
}
