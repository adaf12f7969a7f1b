using ActorTcp.Framing;
using ActorTcp.Memory;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Actor;

namespace ActorTcp.Connections;

/// <summary>From the handler to the channel: queues Sends within their bounds, as frames if there is a framing. Used on the loop's thread.</summary>
internal sealed partial class WriteSide(IChannel channel, IActorRef connection, IEncoderFailureLog log, ConnectionLimits limits)
{
    private FrameWriter? _writer;

    public WriteState State { get; private set; } = WriteState.Open;

    public ConnectionLimits Limits { get; set; } = limits;

    /// <summary>The framing; null if there is none.</summary>
    public IFraming? Framing { get; private set; }

    /// <summary>Whether the sending side is shut down, or will be after the queued bytes.</summary>
    public bool IsShutDown => State is WriteState.ShutDown or WriteState.ShutDownHigh;

    /// <summary>Whether the handler was sent QueueHigh, and not QueueLow since.</summary>
    public bool IsHigh => State is WriteState.High or WriteState.ShutDownHigh;

    /// <summary>The offset, in the stream of sent bytes, after the last queued byte.</summary>
    public long Offset => channel.SentBytes + channel.QueuedBytes;

    /// <summary>Whether the queue accepts a command as one more entry.</summary>
    public bool HasRoom => HasRoomFor(0);

    private long QueueCost => channel.QueuedBytes + ((long)channel.QueuedSegments * ConnectionLimits.MessageOverhead);

    /// <summary>Continues with another channel of the same connection, which has the same counts: TLS begins.</summary>
    public void ChangeChannel(IChannel next) => channel = next;

    /// <summary>Encodes later Sends as frames. Null: without a framing.</summary>
    public void Attach(IFraming? framing, IFrameEncoder? encoder)
    {
        _writer = encoder is null ? null : new FrameWriter(encoder);
        Framing = framing;
    }

    /// <summary>Queues a Send. False: it is refused and the sender has its outcome.</summary>
    /// <param name="send">The Send.</param>
    /// <param name="sender">The actor that receives the outcome.</param>
    /// <param name="now">The loop's time, in milliseconds.</param>
    public bool TrySend(Send send, IActorRef sender, long now)
    {
        if (IsShutDown)
        {
            Refuse(send, sender, Errno.EPIPE, $"{send} after the sending side was shut down");
            return false;
        }

        if (RoomFor(send.Length) is var refusal and not Errno.None)
        {
            Refuse(send, sender, refusal, NoRoom(send, refusal));
            return false;
        }

        if (!send.TryTake(out var segment))
        {
            Report(send, sender, Errno.EINVAL, $"{send} was sent before; each connection needs its own ToSend()");
            return false;
        }

        var deadline = send.Timeout is { } timeout ? new SendDeadline { Due = now + Deadlines.Milliseconds(timeout) } : null;
        var pending = send.Token is not null || deadline is not null ? new PendingAck(send.Token, sender, deadline) : null;
        segment = segment with { Tag = pending };
        var start = Offset;
        if (_writer is null)
        {
            SendUnframed(send, segment, pending);
        }
        else if (!TrySendFrame(_writer, send, segment, pending, sender))
        {
            return false;
        }

        if (deadline is not null)
        {
            Watch(pending!, deadline, start);
        }

        return true;
    }

    /// <summary>Refuses a Send and releases its bytes. The sender receives SendFailed.</summary>
    public void Refuse(Send send, IActorRef sender, Errno errno, string text)
    {
        send.Drop();
        Report(send, sender, errno, text);
    }

    /// <summary>Whether the queue rose above its high mark: then the caller sends QueueHigh, and the channel will notify of the low mark.</summary>
    public bool TryRise()
    {
        if (IsHigh || channel.QueuedBytes <= Limits.SendQueueHigh)
        {
            return false;
        }

        Enter(State == WriteState.ShutDown ? WriteState.ShutDownHigh : WriteState.High);
        channel.NotifyQueueLow(Limits.SendQueueLow);
        return true;
    }

    /// <summary>Whether the queue fell to its low mark: then the caller sends QueueLow.</summary>
    public bool TryFall()
    {
        if (!IsHigh)
        {
            // The channel's notification is older than the end, or than a higher mark.
            return false;
        }

        if (channel.QueuedBytes > Limits.SendQueueLow)
        {
            // More was queued since the notification, or the mark has changed.
            channel.NotifyQueueLow(Limits.SendQueueLow);
            return false;
        }

        Enter(State == WriteState.ShutDownHigh ? WriteState.ShutDown : WriteState.Open);
        return true;
    }

    private void SendUnframed(Send send, in OutboundSegment segment, PendingAck? pending)
    {
        if (pending is not null)
        {
            Await(pending);
        }

        if (send.Parts is not { } parts)
        {
            channel.Send(segment);
            return;
        }

        var segments = new OutboundSegment[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            segments[i] = new OutboundSegment(parts[i], null, i == parts.Length - 1 ? pending : null);
        }

        channel.Send(segments);
    }

    /// <summary>Sends the bytes as the payload of a frame. Refuses them if they break a rule of the framing, or if the encoder throws: it is the user's.</summary>
    private bool TrySendFrame(FrameWriter writer, Send send, OutboundSegment payload, PendingAck? pending, IActorRef sender)
    {
        if (send.Parts is not null)
        {
            payload = payload with { Memory = send.Joined() };
        }

        FramedSend segments;
        int count;
        try
        {
            FrameError? error;
            if (!(send.Shared is { } shared
                ? writer.TryWriteShared(payload, shared, Framing!, out segments, out count, out error)
                : writer.TryWrite(payload, out segments, out count, out error)))
            {
                payload.Slab?.Release();
                Report(send, sender, Errno.EMSGSIZE, error!.Text);
                return false;
            }
        }
        catch (Exception failure)
        {
            payload.Slab?.Release();
            log.OnEncoderFailed(send, failure);
            Report(send, sender, Errno.EINVAL, $"{Framing} failed: {failure.Message}");
            return false;
        }

        var frame = ((ReadOnlySpan<OutboundSegment>)segments)[..count];
        var length = 0L;
        foreach (ref readonly var segment in frame)
        {
            length += segment.Memory.Length;
        }

        if (RoomFor(length) is var refusal and not Errno.None)
        {
            foreach (ref readonly var segment in frame)
            {
                segment.Slab?.Release();
            }

            Report(send, sender, refusal, NoRoom(send, refusal));
            return false;
        }

        if (pending is not null)
        {
            Await(pending);
        }

        if (count == 1)
        {
            channel.Send(frame[0]);
        }
        else
        {
            channel.Send(frame);
        }

        return true;
    }

    /// <summary>
    /// The reason why bytes cannot be queued; None if they can. An empty queue accepts more than its bound, so that a frame of any size can be sent.
    /// </summary>
    private Errno RoomFor(long length) => length > Limits.LargestSend ? Errno.EMSGSIZE : HasRoomFor(length) ? Errno.None : Errno.ENOBUFS;

    private bool HasRoomFor(long length) =>
        channel.QueuedSegments == 0 || QueueCost + length + ConnectionLimits.MessageOverhead <= Limits.SendQueueBytes;

    private string NoRoom(object entry, Errno errno) => errno == Errno.EMSGSIZE
        ? $"{entry} is larger than largest-send, {Limits.LargestSend} bytes"
        : $"{entry} would exceed send-queue-bytes: {channel.QueuedBytes} bytes in {channel.QueuedSegments} messages of {Limits.SendQueueBytes} are queued";

    private void Report(Send send, IActorRef sender, Errno errno, string text)
    {
        if (State == WriteState.Closed && send.Token is null)
        {
            // Closed is the last message that a connection sends, except the outcome of a Send with a token.
            return;
        }

        sender.Tell(new ConnectionProtocol.SendFailed(send.Token, errno, text), connection);
    }

    private void Enter(WriteState next)
    {
        Debug.Assert(
            State switch
            {
                WriteState.Open => next is not WriteState.ShutDownHigh,
                WriteState.High => next is not WriteState.ShutDown,
                WriteState.ShutDown => next is not WriteState.High,
                WriteState.ShutDownHigh => next is not WriteState.Open,
                _ => false,
            },
            $"{next} cannot follow {State}");
        State = next;
    }
}

/// <summary>Logs that an encoder of the user's threw.</summary>
internal interface IEncoderFailureLog
{
    void OnEncoderFailed(Send send, Exception failure);
}

/// <summary>
/// The sending side of a connection.
/// <code>
///                 above the high mark
///   Open ◀────────────────────────────────▶ High
///    ▲ │          at the low mark           ▲ │
///    │ │ Shutdown(Write)                    │ │ Shutdown(Write)
///    │ ▼                                    │ ▼
/// ShutDown ◀──────at the low mark─────── ShutDownHigh
///
/// ShutDown ──the kernel refuses──▶ Open, ShutDownHigh ──the kernel refuses──▶ High
/// Any ──the connection ends──▶ Closed
/// </code>
/// </summary>
internal enum WriteState
{
    /// <summary>Sends are accepted, and the queue is not above its high mark.</summary>
    Open,
    /// <summary>Sends are accepted, and the handler was sent QueueHigh.</summary>
    High,
    /// <summary>Sends are refused. The sending side is shut down, or will be after the queued bytes.</summary>
    ShutDown,
    /// <summary>As ShutDown, and the handler was sent QueueHigh.</summary>
    ShutDownHigh,
    /// <summary>The connection has ended. All outcomes were sent.</summary>
    Closed,
}
