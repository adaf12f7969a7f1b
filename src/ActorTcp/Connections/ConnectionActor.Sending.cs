using ActorTcp.Sockets;

namespace ActorTcp.Connections;

/// <content>From the handler to the channel, as the phase allows.</content>
internal sealed partial class ConnectionActor
{
    private void OnSend(Send send)
    {
        if (!_phase.MaySend())
        {
            var isEarly = _phase is ConnectionPhase.Registering or ConnectionPhase.Handshaking;
            _write.Refuse(
                send,
                Sender,
                isEarly ? Errno.ENOTCONN : Errno.EPIPE,
                isEarly ? $"{send} before a handler is registered" : $"{send} on a connection that is closing");
            return;
        }

        var start = _write.Offset;
        var isNew = _channel.QueuedBytes == 0;
        if (!_write.TrySend(send, Sender, _loop.Now))
        {
            return;
        }

        if (_channel.QueuedBytes == 0)
        {
            return;
        }

        OnQueued(isNew);
        if (send.Timeout is not null)
        {
            _deadlines.Schedule(_loop.Now);
        }

        if (send.Answers(_self) && _write.OnAnswerQueued(start) && (_read.PauseReasons & ReadPauseReasons.Answers) == 0)
        {
            Pause(ReadPauseReasons.Answers);
            OnNotice(_write.Queue(AnswersMark.Instance, _self));
        }
    }

    private void OnQueued(bool isNew)
    {
        _deadlines.WatchStall(_loop.Now, isNew);
        if (_write.TryRise())
        {
            _handler.Actor.Tell(new ConnectionProtocol.QueueHigh(_channel.QueuedBytes), _self);
        }
    }

    private void OnQueueLow()
    {
        if (_phase != ConnectionPhase.Flushing)
        {
            TellQueueLow();
        }
        else if (_channel.QueuedBytes == 0)
        {
            OnFlushed();
        }
        else
        {
            // The notification is of a mark from before the flush.
            _channel.NotifyQueueLow(0);
        }
    }

    private void TellQueueLow()
    {
        if (_write.TryFall())
        {
            _handler.Actor.Tell(new ConnectionProtocol.QueueLow(_channel.QueuedBytes), _self);
        }
    }

    private void OnNotice(WriteNotice notice)
    {
        if ((notice & WriteNotice.ShutdownFailed) != 0)
        {
            _deadlines.Schedule(_loop.Now);
        }

        if ((notice & WriteNotice.AnswersSent) != 0)
        {
            OnAnswersSent();
        }
    }

    private void OnAnswersSent()
    {
        if (_write.QueuedAnswers > _write.Limits.SendQueueLow)
        {
            OnNotice(_write.Queue(AnswersMark.Instance, _self));
        }
        else if ((_read.PauseReasons & ReadPauseReasons.Answers) != 0)
        {
            Resume(ReadPauseReasons.Answers);
            DeliverBuffered();
        }
    }

    private void OnShutdown(ConnectionProtocol.Shutdown shutdown)
    {
        if (shutdown.How != ShutdownHow.Write && (shutdown.How == ShutdownHow.Read || _write.HasRoom))
        {
            DropReceived();
        }

        if (shutdown.How == ShutdownHow.Read)
        {
            Sender.Tell(new ConnectionProtocol.ShutdownDone(shutdown.How, Errno.None), _self);
            return;
        }

        OnNotice(_write.Queue(shutdown, Sender));
        if (_write.IsShutDown)
        {
            _deadlines.OnHalfClosed(_loop.Now);
        }
    }

    /// <summary>The limits have changed: the queue may be above another mark now.</summary>
    private void OnMarksChanged()
    {
        if (_write.QueuedAnswers <= _write.Limits.SendQueueHigh)
        {
            Resume(ReadPauseReasons.Answers);
        }

        if (_write.IsHigh)
        {
            OnQueueLow();
        }
        else if (_channel.QueuedBytes > 0 && _phase != ConnectionPhase.Flushing)
        {
            OnQueued(isNew: false);
        }
        else if (_channel.QueuedBytes > 0)
        {
            _deadlines.WatchStall(_loop.Now, isNew: false);
        }
    }
}
