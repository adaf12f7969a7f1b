using ActorTcp.Memory;
using ActorTcp.Sockets;

namespace ActorTcp.Connections;

/// <summary>Sends of several buffers, and with a time-out.</summary>
internal sealed partial class ConnectionActor
{
    /// <summary>The queued Sends with a time-out. Null until there is one.</summary>
    private SendDeadlines? _sendDeadlines;

    private void SendParts(ReadOnlyMemory<byte>[] parts, PendingAck? pending)
    {
        var segments = new OutboundSegment[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            segments[i] = new OutboundSegment(parts[i], null, i == parts.Length - 1 ? pending : null);
        }

        _channel.Send(segments);
    }

    private void WatchFor(PendingAck pending, SendDeadline deadline, long start)
    {
        // With a framing it may have been refused, and then nothing of it is queued.
        if (!pending.IsSent && SendOffset > start)
        {
            deadline.Start = start;
            deadline.End = SendOffset;
            (_sendDeadlines ??= new SendDeadlines()).Add(pending, deadline);
            Schedule(_loop.Now);
        }
    }

    /// <summary>Fails the Sends whose time is over.</summary>
    private void OnSendsDue(SendDeadlines deadlines, long now)
    {
        while (deadlines.TryTakeDue(now, out var pending, out var deadline))
        {
            if (_channel.SentBytes > deadline.Start)
            {
                // The stream would be broken without the rest.
                End(CloseReason.Error, Errno.ETIMEDOUT);
                return;
            }

            var length = deadline.End - deadline.Start;
            _channel.Withdraw(pending, length);
            deadlines.OnWithdrawn(deadline);
            _answersEnd -= _answersEnd >= deadline.End ? length : 0;
            _pending = new Queue<PendingAck>(_pending!.Where(other => other != pending));
            pending.Sender.Tell(
                new ConnectionProtocol.SendFailed(pending.Token, Errno.ETIMEDOUT, $"{length} bytes were not sent in time; the kernel took none of them"),
                _self);
        }
    }
}
