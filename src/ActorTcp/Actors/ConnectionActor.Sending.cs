using ActorTcp.Buffers;
using ActorTcp.Sockets;

namespace ActorTcp.Actors;

/// <summary>From the handler to the channel: sends, their outcomes, the queue's marks.</summary>
internal sealed partial class ConnectionActor
{
    private Queue<PendingSend>? _pending;

    private bool MaySend => _phase is ConnectionPhase.Open or ConnectionPhase.EndAhead or ConnectionPhase.PeerEnded or ConnectionPhase.BadFrame;

    private void OnSend(Send send)
    {
        var length = send.Length;
        if (!MaySend)
        {
            Refuse(send, _phase == ConnectionPhase.Registering ? Errno.ENOTCONN : Errno.EPIPE);
            return;
        }

        if ((_ended & EndedSides.Sending) != 0)
        {
            Refuse(send, Errno.EPIPE);
            return;
        }

        if (_channel.QueuedBytes + length > _limits.SendQueueBytes)
        {
            Refuse(send, Errno.ENOBUFS);
            return;
        }

        if (!send.TryTake(out var segment))
        {
            TellRefused(send, Errno.EINVAL, $"{send} was sent before: each connection needs its own ToSend()");
            return;
        }

        var pending = send.Token is { } token ? new PendingSend(token, Sender) : null;
        segment = segment with { Tag = pending };
        if (_writer is not null)
        {
            SendFrame(_writer, send, segment, pending);
        }
        else
        {
            if (pending is not null)
            {
                Await(pending);
            }

            _channel.Send(segment);
        }

        if (_channel.QueuedBytes > 0)
        {
            OnQueued();
        }
    }

    /// <summary>An idle connection has none, and no queue of them.</summary>
    private void Await(PendingSend pending) => (_pending ??= []).Enqueue(pending);

    private void OnQueued()
    {
        WatchForStall();
        if (_channel.QueuedBytes > _limits.SendQueueHigh && (_rest & ReadRest.SendQueue) == 0)
        {
            Rest(_rest | ReadRest.SendQueue);
            _channel.NotifyQueueLow(_limits.SendQueueLow);
            _handler.Tell(new ConnectionProtocol.QueueHigh(_channel.QueuedBytes), _self);
        }
    }

    private void OnMarksChanged()
    {
        if ((_rest & ReadRest.SendQueue) != 0)
        {
            OnQueueLow();
        }
        else if (_channel.QueuedBytes > 0 && _phase != ConnectionPhase.Flushing)
        {
            OnQueued();
        }
        else if (_channel.QueuedBytes > 0)
        {
            WatchForStall();
        }
    }

    private void OnQueueLow()
    {
        if (_phase == ConnectionPhase.Flushing)
        {
            if (_channel.QueuedBytes == 0)
            {
                OnFlushed();
            }
            else
            {
                // Told of the mark that was asked for before the flush.
                _channel.NotifyQueueLow(0);
            }

            return;
        }

        if (_phase == ConnectionPhase.Ended || (_rest & ReadRest.SendQueue) == 0)
        {
            // Told before the end, or of a mark that has been raised since.
            return;
        }

        if (_channel.QueuedBytes > _limits.SendQueueLow)
        {
            // More was sent since it was told, or the mark has changed.
            _channel.NotifyQueueLow(_limits.SendQueueLow);
        }
        else
        {
            Rest(_rest & ~ReadRest.SendQueue);
            _handler.Tell(new ConnectionProtocol.QueueLow(_channel.QueuedBytes), _self);
        }
    }

    private void Refuse(Send send, Errno errno)
    {
        send.Drop();
        TellRefused(
            send,
            errno,
            errno switch
            {
                Errno.ENOBUFS => QueueFull(send),
                Errno.ENOTCONN => $"{send} before a handler is registered",
                _ when MaySend => $"{send} behind the end of the sending side",
                _ => $"{send} on a connection that is closing",
            });
    }

    private string QueueFull(Send send) => $"{send} would exceed the send queue: {_channel.QueuedBytes} of {_limits.SendQueueBytes} bytes wait";

    private void TellRefused(Send send, Errno errno, string text)
    {
        if (_phase == ConnectionPhase.Ended && send.Token is null)
        {
            // Closed was the last that is told, but for an outcome that was asked for.
            return;
        }

        Sender.Tell(new ConnectionProtocol.SendFailed(send.Token, errno, text), _self);
    }

    private void OnShutdown(ConnectionProtocol.Shutdown shutdown)
    {
        if (shutdown.How == ShutdownHow.Read)
        {
            Sender.Tell(new ConnectionProtocol.ShutdownDone(shutdown.How, _channel.Shutdown(shutdown.How)), _self);
        }
        else
        {
            _ended |= EndedSides.Sending;
            AskForOutcome(shutdown);
        }
    }

    /// <summary>Done when the kernel has all that was sent before: the outcome of a Send of nothing.</summary>
    private void AskForOutcome(object command)
    {
        var pending = new PendingSend(command, Sender, command);
        Await(pending);
        _channel.Send(new OutboundSegment(ReadOnlyMemory<byte>.Empty, null, pending));
        if (pending.IsSent)
        {
            OnSent(pending);
        }
    }

    private void OnSent(PendingSend sent)
    {
        if (_phase == ConnectionPhase.Ended)
        {
            return;
        }

        // Those before it are sent as well, though their messages may still be in the mailbox.
        while (_pending!.TryPeek(out var first) && first.IsSent)
        {
            _pending.Dequeue();
            TellSent(first);
        }

        Debug.Assert(!_pending.Contains(sent), "sends finish in their order");
    }

    private void TellSent(PendingSend sent)
    {
        object outcome = sent.Command switch
        {
            ConnectionProtocol.Flush flush => new ConnectionProtocol.Flushed(flush.Token),
            ConnectionProtocol.Shutdown shutdown => new ConnectionProtocol.ShutdownDone(shutdown.How, _channel.Shutdown(shutdown.How)),
            _ => new ConnectionProtocol.Sent(sent.Token),
        };
        sent.Sender.Tell(outcome, _self);
    }

    private void TellOutcomes(Errno errno)
    {
        var failure = errno == 0 ? Errno.EPIPE : errno;
        while (_pending is not null && _pending.TryDequeue(out var pending))
        {
            object outcome = pending switch
            {
                { Command: ConnectionProtocol.Shutdown shutdown } => new ConnectionProtocol.ShutdownDone(shutdown.How, failure),
                { IsSent: true, Command: ConnectionProtocol.Flush flush } => new ConnectionProtocol.Flushed(flush.Token),
                { Command: ConnectionProtocol.Flush flush } => new ConnectionProtocol.SendFailed(flush.Token, failure, "The connection ended before it was flushed"),
                { IsSent: true } => new ConnectionProtocol.Sent(pending.Token),
                _ => new ConnectionProtocol.SendFailed(pending.Token, failure, "The connection ended before all of it was sent"),
            };
            pending.Sender.Tell(outcome, _self);
        }
    }
}
