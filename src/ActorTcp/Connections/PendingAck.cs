using Akka.Actor;

namespace ActorTcp.Connections;

/// <summary>A <see cref="Send"/> that asked for an outcome, or a command queued after the Sends, until it is answered.</summary>
internal sealed class PendingAck(object? token, IActorRef sender, object? command = null) : INoSerializationVerificationNeeded
{
    /// <summary>Null only for a Send with a time-out.</summary>
    public object? Token { get; } = token;

    public IActorRef Sender { get; } = sender;

    /// <summary>The Flush, the Shutdown or the <see cref="AnswersMark"/>; for a Send its <see cref="SendDeadline"/>, or null without one.</summary>
    public object? Command { get; } = command;

    public bool IsSend => Command is null or SendDeadline;

    /// <summary>Whether the kernel has all of it. The channel sets it before the actor processes the event.</summary>
    public bool IsSent { get; set; }
}

/// <summary>Marks, among the pending acknowledgements, where the answers in the send queue end.</summary>
internal sealed class AnswersMark
{
    public static readonly AnswersMark Instance = new();
}

/// <summary>A Send that a connector forwarded to its connection: the token of that Send's outcome.</summary>
internal sealed class InFlightSend(object? token, IActorRef sender)
{
    /// <summary>The sender's own token; null if the sender asked for failures only.</summary>
    public object? Token { get; } = token;

    public IActorRef Sender { get; } = sender;

    public bool IsAnswered { get; set; }

    public override string ToString() => Token?.ToString() ?? "no token";
}

/// <summary>The queued Sends of one connection that have a time-out, in the order of the queue.</summary>
internal sealed class SendDeadlines
{
    private readonly List<PendingAck> _sends = [];

    /// <summary>When to look again, in the loop's milliseconds: no later than the first time-out is over.</summary>
    public long Due { get; private set; } = long.MaxValue;

    public void Add(PendingAck send, SendDeadline deadline)
    {
        _sends.Add(send);
        Due = Math.Min(Due, deadline.Due);
    }

    public void Remove(PendingAck send) => _sends.Remove(send);

    /// <summary>Removes and returns one whose time is over and of which the kernel does not have all bytes.</summary>
    public bool TryTakeDue(long now, [NotNullWhen(true)] out PendingAck? send, [NotNullWhen(true)] out SendDeadline? deadline)
    {
        // The outcome of those that the kernel has is in the mailbox.
        _sends.RemoveAll(static sent => sent.IsSent);
        Due = long.MaxValue;
        for (var i = 0; i < _sends.Count; i++)
        {
            var due = (SendDeadline)_sends[i].Command!;
            if (due.Due <= now)
            {
                (send, deadline) = (_sends[i], due);
                _sends.RemoveAt(i);
                return true;
            }

            Due = Math.Min(Due, due.Due);
        }

        (send, deadline) = (null, null);
        return false;
    }

    /// <summary>The bytes of one were removed from the queue, so the offsets of the later ones change.</summary>
    public void OnWithdrawn(SendDeadline withdrawn)
    {
        var length = withdrawn.End - withdrawn.Start;
        foreach (var send in _sends)
        {
            var deadline = (SendDeadline)send.Command!;
            if (deadline.Start >= withdrawn.End)
            {
                deadline.Start -= length;
                deadline.End -= length;
            }
        }
    }
}

/// <summary>The time-out of one queued Send, and where its bytes are in the stream of sent bytes.</summary>
internal sealed class SendDeadline
{
    /// <summary>When it is over, in the loop's milliseconds.</summary>
    public long Due { get; init; }

    /// <summary>The offset of the first byte, a frame's header included.</summary>
    public long Start { get; set; }

    /// <summary>The offset after the last byte.</summary>
    public long End { get; set; }
}
