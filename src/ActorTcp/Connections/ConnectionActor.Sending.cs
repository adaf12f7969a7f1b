using ActorTcp.Memory;
using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Connections;

/// <summary>From the handler to the channel: sends, their outcomes, the queue's marks.</summary>
internal sealed partial class ConnectionActor
{
    private Queue<PendingAck>? _pending;
    private bool _isQueueHigh;

    // The answers among the queued bytes: where the last one ends in the sent stream, and their number since all were sent.
    private long _answersEnd;
    private long _answersBytes;

    /// <summary>The bytes that would be sent if all queued ones were.</summary>
    private long SendOffset => _channel.SentBytes + _channel.QueuedBytes;

    /// <summary>The queued bytes that answer what the handler received, or a little more: other bytes may be between them.</summary>
    private long QueuedAnswers => Math.Max(0, Math.Min(_answersBytes, _answersEnd - _channel.SentBytes));

    private bool MaySend => _phase is ConnectionPhase.Open or ConnectionPhase.EndAhead or ConnectionPhase.PeerEnded or ConnectionPhase.BadFrame;

    private void OnSend(Send send)
    {
        if (!MaySend)
        {
            Refuse(send, _phase == ConnectionPhase.Registering ? Errno.ENOTCONN : Errno.EPIPE);
            return;
        }

        if ((_ended & ShutdownSides.Sending) != 0)
        {
            Refuse(send, Errno.EPIPE);
            return;
        }

        if (RefusalOf(send.Length) is var refusal and not Errno.None)
        {
            Refuse(send, refusal);
            return;
        }

        if (!send.TryTake(out var segment))
        {
            TellRefused(send, Errno.EINVAL, $"{send} was sent before: each connection needs its own ToSend()");
            return;
        }

        var deadline = send.Timeout is { } timeout ? new SendDeadline { Due = _loop.Now + Milliseconds(timeout) } : null;
        var pending = send.Token is not null || deadline is not null ? new PendingAck(send.Token, Sender, deadline) : null;
        segment = segment with { Tag = pending };
        var start = SendOffset;
        _sentAt = _loop.Now;
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

            if (send.Parts is { } parts)
            {
                SendParts(parts, pending);
            }
            else
            {
                _channel.Send(segment);
            }
        }

        if (deadline is not null)
        {
            WatchFor(pending!, deadline, start);
        }

        _sentSeen = _channel.SentBytes;
        if (_channel.QueuedBytes > 0)
        {
            OnQueued();
            if (send.Answers(_self))
            {
                OnAnswerQueued(start);
            }
        }
    }

    /// <summary>
    /// Reading waits for writing only as far as the handler's answers fill the queue: a peer that does not read its answers is not read from. What
    /// is sent for other reasons never stops reading, or two ends that both send much would wait for each other.
    /// </summary>
    private void OnAnswerQueued(long start)
    {
        if (_channel.SentBytes >= _answersEnd)
        {
            _answersBytes = 0;
        }

        _answersEnd = SendOffset;
        _answersBytes += _answersEnd - start;
        if (QueuedAnswers > _limits.SendQueueHigh && (_rest & ReadPauseReasons.Answers) == 0)
        {
            Rest(_rest | ReadPauseReasons.Answers);
            AskForOutcome(AnswersSent.Instance);
        }
    }

    private void OnAnswersSent()
    {
        if (QueuedAnswers > _limits.SendQueueLow)
        {
            AskForOutcome(AnswersSent.Instance);
        }
        else if ((_rest & ReadPauseReasons.Answers) != 0)
        {
            Rest(_rest & ~ReadPauseReasons.Answers);
            TellUnread();
        }
    }

    /// <summary>An idle connection has none, and no queue of them.</summary>
    private void Await(PendingAck pending) => (_pending ??= []).Enqueue(pending);

    private void OnQueued()
    {
        WatchForStall();
        if (_channel.QueuedBytes > _limits.SendQueueHigh && !_isQueueHigh)
        {
            _isQueueHigh = true;
            _channel.NotifyQueueLow(_limits.SendQueueLow);
            _handler.Tell(new ConnectionProtocol.QueueHigh(_channel.QueuedBytes), _self);
        }
    }

    private void OnMarksChanged()
    {
        if ((_rest & ReadPauseReasons.Answers) != 0 && QueuedAnswers <= _limits.SendQueueHigh)
        {
            Rest(_rest & ~ReadPauseReasons.Answers);
        }

        if (_isQueueHigh)
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

        if (_phase == ConnectionPhase.Ended || !_isQueueHigh)
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
            _isQueueHigh = false;
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
                Errno.ENOBUFS or Errno.EMSGSIZE => NoRoom(send, errno),
                Errno.ENOTCONN => $"{send} before a handler is registered",
                _ when MaySend => $"{send} behind the end of the sending side",
                _ => $"{send} on a connection that is closing",
            });
    }

    /// <summary>Why bytes cannot be queued; none if they can. An empty queue accepts more than its bound, so that what a framing receives can be sent.</summary>
    private Errno RefusalOf(long length) =>
        length > _limits.LargestSend ? Errno.EMSGSIZE
        : _channel.QueuedSegments > 0 && QueueCost + length + ConnectionLimits.MessageOverhead > _limits.SendQueueBytes ? Errno.ENOBUFS
        : Errno.None;

    private long QueueCost => _channel.QueuedBytes + ((long)_channel.QueuedSegments * ConnectionLimits.MessageOverhead);

    private string NoRoom(Send send, Errno errno) => errno == Errno.EMSGSIZE
        ? $"{send} is larger than largest-send, {_limits.LargestSend} bytes"
        : $"{send} would exceed send-queue-bytes: {_channel.QueuedBytes} bytes in {_channel.QueuedSegments} messages of {_limits.SendQueueBytes} are queued";

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
        if (shutdown.How != ShutdownHow.Write)
        {
            DropReceived();
        }

        if (shutdown.How == ShutdownHow.Read)
        {
            Sender.Tell(new ConnectionProtocol.ShutdownDone(shutdown.How, Errno.None), _self);
        }
        else
        {
            _ended |= ShutdownSides.Sending;
            OnHalfClosed();
            AskForOutcome(shutdown);
        }
    }

    /// <summary>Done when the kernel has all that was sent before: the outcome of a Send of nothing.</summary>
    private void AskForOutcome(object command)
    {
        var pending = new PendingAck(command, Sender, command);
        Await(pending);
        _channel.Send(new OutboundSegment(ReadOnlyMemory<byte>.Empty, null, pending));
        if (pending.IsSent)
        {
            OnSent(pending);
        }
    }

    private void OnSent(PendingAck sent)
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

    private void TellSent(PendingAck sent)
    {
        if (sent.Command is AnswersSent)
        {
            OnAnswersSent();
            return;
        }

        if (sent.Command is SendDeadline)
        {
            _sendDeadlines?.Remove(sent);
            if (sent.Token is null)
            {
                return;
            }
        }

        object outcome = sent.Command switch
        {
            ConnectionProtocol.Flush flush => new ConnectionProtocol.Flushed(flush.Token),
            ConnectionProtocol.Shutdown shutdown => new ConnectionProtocol.ShutdownDone(shutdown.How, ShutdownSending()),
            _ => new ConnectionProtocol.Sent(sent.Token!),
        };
        sent.Sender.Tell(outcome, _self);
    }

    /// <summary>The receiving side is never shut down in the kernel: the end of what the peer sends could not be noticed then.</summary>
    private Errno ShutdownSending()
    {
        var errno = _channel.Shutdown(ShutdownHow.Write);
        if (errno != Errno.None)
        {
            // Nothing has changed, so that sending goes on.
            _ended &= ~ShutdownSides.Sending;
            Schedule(_loop.Now);
        }

        return errno;
    }

    private void TellOutcomes(Errno errno)
    {
        var failure = errno == 0 ? Errno.EPIPE : errno;
        while (_pending is not null && _pending.TryDequeue(out var pending))
        {
            if (pending.Command is AnswersSent)
            {
                continue;
            }

            object? outcome = pending switch
            {
                { Command: ConnectionProtocol.Shutdown shutdown } => new ConnectionProtocol.ShutdownDone(shutdown.How, failure),
                { IsSent: true, Command: ConnectionProtocol.Flush flush } => new ConnectionProtocol.Flushed(flush.Token),
                { Command: ConnectionProtocol.Flush flush } => new ConnectionProtocol.SendFailed(flush.Token, failure, "The connection ended before it was flushed"),
                { IsSent: true, Token: null } => null,
                { IsSent: true } => new ConnectionProtocol.Sent(pending.Token!),
                _ => new ConnectionProtocol.SendFailed(pending.Token, failure, "The connection ended before all of it was sent"),
            };
            if (outcome is not null)
            {
                pending.Sender.Tell(outcome, _self);
            }
        }
    }

    /// <summary>Marks, among the pending sends, where the answers in the queue end.</summary>
    private sealed class AnswersSent
    {
        public static readonly AnswersSent Instance = new();
    }
}

/// <summary>A Send that a connector gave to its connection, as the token under which the outcome comes back.</summary>
internal sealed class InFlightSend(object? token, IActorRef sender)
{
    /// <summary>The sender's own; null where it asked for no outcome but a failure.</summary>
    public object? Token { get; } = token;

    public IActorRef Sender { get; } = sender;

    public bool IsAnswered { get; set; }

    public override string ToString() => Token?.ToString() ?? "no token";
}

/// <summary>A <see cref="Send"/> that asked for an outcome, or a command that waits for its turn behind the sends, and has none yet.</summary>
internal sealed class PendingAck(object? token, IActorRef sender, object? command = null) : INoSerializationVerificationNeeded
{
    /// <summary>Null only for a Send with a time-out.</summary>
    public object? Token { get; } = token;

    public IActorRef Sender { get; } = sender;

    /// <summary>The Flush or Shutdown; for a Send its <see cref="SendDeadline"/>, or null without one.</summary>
    public object? Command { get; } = command;

    /// <summary>Whether it is a Send.</summary>
    public bool IsSend => Command is null or SendDeadline;

    /// <summary>The kernel has it all; its sender is told when the actor gets to it.</summary>
    public bool IsSent { get; set; }
}
