using ActorTcp.Memory;
using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Connections;

/// <content>The outcomes of Sends, Flush and Shutdown, in the order of the queue, and the answers among the queued bytes.</content>
internal sealed partial class WriteSide
{
    /// <summary>Null until an outcome is asked for: an idle connection has no queue of them.</summary>
    private Queue<PendingAck>? _pending;

    /// <summary>The queued Sends with a time-out. Null until there is one.</summary>
    private SendDeadlines? _sendDeadlines;

    // Where the last answer ends in the stream of sent bytes, and the number of their bytes since all of them were sent.
    private long _answersEnd;
    private long _answersBytes;

    /// <summary>When a queued Send is overdue next, in the loop's milliseconds.</summary>
    public long NextSendDue => _sendDeadlines?.Due ?? Deadlines.Never;

    /// <summary>The queued bytes that answer received bytes, or a little more: other bytes may be between them.</summary>
    public long QueuedAnswers => Math.Max(0, Math.Min(_answersBytes, _answersEnd - channel.SentBytes));

    /// <summary>Queues a Flush, a Shutdown of the sending side or an <see cref="AnswersMark"/> after the Sends. It counts as an entry of the queue.</summary>
    public WriteNotice Queue(object command, IActorRef sender)
    {
        if (!HasRoom && command is not AnswersMark)
        {
            sender.Tell(
                command is ConnectionProtocol.Shutdown shutdown
                    ? new ConnectionProtocol.ShutdownDone(shutdown.How, Errno.ENOBUFS)
                    : new ConnectionProtocol.SendFailed(((ConnectionProtocol.Flush)command).Token, Errno.ENOBUFS, NoRoom(command, Errno.ENOBUFS)),
                connection);
            return WriteNotice.None;
        }

        if (command is ConnectionProtocol.Shutdown && !IsShutDown)
        {
            Enter(State == WriteState.High ? WriteState.ShutDownHigh : WriteState.ShutDown);
        }

        var pending = new PendingAck(command, sender, command);
        Await(pending);
        channel.Send(new OutboundSegment(ReadOnlyMemory<byte>.Empty, null, pending));
        return pending.IsSent ? OnSent(pending) : WriteNotice.None;
    }

    /// <summary>The kernel has all bytes of an entry. Sends the outcomes of all entries up to it: their messages may still be in the mailbox.</summary>
    public WriteNotice OnSent(PendingAck sent)
    {
        var notice = WriteNotice.None;
        if (State == WriteState.Closed)
        {
            return notice;
        }

        while (_pending!.TryPeek(out var first) && first.IsSent)
        {
            _pending.Dequeue();
            notice |= Report(first);
        }

        Debug.Assert(!_pending.Contains(sent), "entries are sent in their order");
        return notice;
    }

    /// <summary>
    /// Counts an answer. Only answers in the queue pause reading. Otherwise two ends that both send in bulk would wait for each other.
    /// </summary>
    /// <param name="start">The offset of its first byte.</param>
    /// <returns>Whether the answers are above the high mark.</returns>
    public bool OnAnswerQueued(long start)
    {
        if (channel.SentBytes >= _answersEnd)
        {
            _answersBytes = 0;
        }

        _answersEnd = Offset;
        _answersBytes += _answersEnd - start;
        return QueuedAnswers > Limits.SendQueueHigh;
    }

    /// <summary>Fails the Sends that are overdue and of which the kernel has nothing.</summary>
    /// <returns>False: the kernel has a part of an overdue Send. The stream would be broken without the rest, so the connection must end.</returns>
    public bool TryFailOverdue(long now)
    {
        while (_sendDeadlines is { } deadlines && deadlines.TryTakeDue(now, out var pending, out var deadline))
        {
            if (channel.CommittedBytes > deadline.Start)
            {
                return false;
            }

            var length = deadline.End - deadline.Start;
            channel.Withdraw(pending, length);
            deadlines.OnWithdrawn(deadline);
            _answersEnd -= _answersEnd >= deadline.End ? length : 0;
            _pending = new Queue<PendingAck>(_pending!.Where(other => other != pending));
            pending.Sender.Tell(
                new ConnectionProtocol.SendFailed(pending.Token, Errno.ETIMEDOUT, $"{length} bytes were not sent in time; the kernel took none of them"),
                connection);
        }

        return true;
    }

    /// <summary>The tokens of an actor's Sends that have no outcome yet, oldest first.</summary>
    public IReadOnlyList<object> UnansweredTokens(IActorRef sender) =>
        [.. (_pending ?? []).Where(pending => pending is { IsSend: true, Token: not null } && pending.Sender.Equals(sender)).Select(pending => pending.Token!)];

    /// <summary>The connection has ended: sends the outcomes that are left.</summary>
    /// <param name="errno">The connection's error; 0 if there is none.</param>
    public void Close(Errno errno)
    {
        Enter(WriteState.Closed);
        _sendDeadlines = null;
        var failure = errno == 0 ? Errno.EPIPE : errno;
        while (_pending is not null && _pending.TryDequeue(out var pending))
        {
            object? outcome = pending switch
            {
                { Command: AnswersMark } => null,
                { Command: ConnectionProtocol.Shutdown shutdown } => new ConnectionProtocol.ShutdownDone(shutdown.How, failure),
                { IsSent: true, Command: ConnectionProtocol.Flush flush } => new ConnectionProtocol.Flushed(flush.Token),
                { Command: ConnectionProtocol.Flush flush } => new ConnectionProtocol.SendFailed(flush.Token, failure, "The connection ended before it was flushed"),
                { IsSent: true, Token: null } => null,
                { IsSent: true } => new ConnectionProtocol.Sent(pending.Token!),
                _ => new ConnectionProtocol.SendFailed(pending.Token, failure, "The connection ended before all of it was sent"),
            };
            if (outcome is not null)
            {
                pending.Sender.Tell(outcome, connection);
            }
        }
    }

    private void Await(PendingAck pending) => (_pending ??= []).Enqueue(pending);

    private void Watch(PendingAck pending, SendDeadline deadline, long start)
    {
        // A Send that the framing refused has queued nothing.
        if (!pending.IsSent && Offset > start)
        {
            deadline.Start = start;
            deadline.End = Offset;
            (_sendDeadlines ??= new SendDeadlines()).Add(pending, deadline);
        }
    }

    private WriteNotice Report(PendingAck sent)
    {
        switch (sent.Command)
        {
            case AnswersMark:
                return WriteNotice.AnswersSent;
            case ConnectionProtocol.Flush flush:
                sent.Sender.Tell(new ConnectionProtocol.Flushed(flush.Token), connection);
                return WriteNotice.None;
            case ConnectionProtocol.Shutdown shutdown:
                var errno = ShutDownChannel();
                sent.Sender.Tell(new ConnectionProtocol.ShutdownDone(shutdown.How, errno), connection);
                return errno == Errno.None ? WriteNotice.None : WriteNotice.ShutdownFailed;
            case SendDeadline:
                _sendDeadlines?.Remove(sent);
                break;
        }

        if (sent.Token is { } token)
        {
            sent.Sender.Tell(new ConnectionProtocol.Sent(token), connection);
        }

        return WriteNotice.None;
    }

    /// <summary>Shuts down the sending side alone: in the kernel the receiving side stays open, so that the end of the peer's stream is noticed.</summary>
    private Errno ShutDownChannel()
    {
        var errno = channel.Shutdown(ShutdownHow.Write);
        if (errno != Errno.None && IsShutDown)
        {
            Enter(State == WriteState.ShutDownHigh ? WriteState.High : WriteState.Open);
        }

        return errno;
    }
}

/// <summary>The steps that the connection must take after outcomes were sent.</summary>
[Flags]
internal enum WriteNotice
{
    None = 0,
    /// <summary>The kernel has the answers that were queued when the <see cref="AnswersMark"/> was.</summary>
    AnswersSent = 1,
    /// <summary>The kernel refused to shut down the sending side, and sending continues.</summary>
    ShutdownFailed = 2,
}
