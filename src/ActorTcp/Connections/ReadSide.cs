using ActorTcp.Framing;
using ActorTcp.Memory;
using ActorTcp.Transport;
using Akka.Actor;

namespace ActorTcp.Connections;

/// <summary>
/// From the channel to the <see cref="Delivery"/>: buffers received bytes, cuts them into frames, counts credit in pull mode, and pauses the channel. Used
/// on the loop's thread.
/// </summary>
internal sealed class ReadSide(IChannel channel, Delivery delivery, ConnectionLimits limits)
{
    /// <summary>The number of frames that a handler receives before other actors of the loop run: one receive may have 131,072 empty frames.</summary>
    public const int FramesPerRun = 64;

    /// <summary>Null until bytes must be buffered or a framing is attached; from then on it has all bytes, with or without a framing.</summary>
    private FrameReader? _reader;
    private long _credit;

    // What the handler has not received of the last frame: a handler on another node receives a large one in pieces.
    private FrameRest? _rest;
    private bool _hasFraming;

    /// <summary>Whether a <see cref="ContinueDelivery"/> is in the actor's mailbox.</summary>
    private bool _hasContinuation;

    public StreamState State { get; private set; } = StreamState.Receiving;

    /// <summary>Why the channel is paused; none: it reads.</summary>
    public ReadPauseReasons PauseReasons { get; private set; } = ReadPauseReasons.NoHandler;

    public ConnectionLimits Limits { get; set; } = limits;

    public bool IsPaused => PauseReasons != ReadPauseReasons.None;

    /// <summary>Whether the peer has ended its stream.</summary>
    public bool HasEnded => State is StreamState.Ended or StreamState.EndedAndDropped;

    /// <summary>The number of bytes from the peer.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>The number of buffered bytes that the decoder has not read.</summary>
    public long WaitingBytes => (_reader?.Waiting ?? 0) + (_rest?.Bytes.Length ?? 0);

    /// <summary>The number of buffered bytes of an incomplete frame.</summary>
    public int IncompleteBytes => _reader?.Buffered ?? 0;

    /// <summary>The number of bytes that the handler has not received, including those of an incomplete frame.</summary>
    public long UnreadBytes => (_reader?.Unread ?? 0) + (_rest?.Bytes.Length ?? 0);

    /// <summary>The offset in the stream after the last byte that the handler has received, or that was dropped.</summary>
    public long DeliveredOffset { get => _rest?.Offset ?? field; private set; }

    /// <summary>The offset in the stream of the first byte that the decoder reads next.</summary>
    public long DecoderOffset => _reader?.Offset ?? DeliveredOffset;

    /// <summary>Whether the buffer is full: the incomplete frame is not counted, because the connection must read on to complete it.</summary>
    public bool IsFull => WaitingBytes >= Limits.ReadAheadBytes;

    /// <summary>Why the stream has no next frame; null if it may have one.</summary>
    public FrameError? FrameError => _reader?.Failure;

    private bool IsDropping => State is StreamState.Dropping or StreamState.EndedAndDropped;

    private bool MayDeliver =>
        delivery.IsIdle && (PauseReasons & (ReadPauseReasons.Suspended | ReadPauseReasons.Answers)) == 0 && (!IsPull || _credit > 0);

    /// <summary>Whether the handler receives one <see cref="Received"/> for each credit only.</summary>
    public bool IsPull { get; set; }

    /// <summary>Continues with another channel of the same connection, which has the same counts: TLS begins.</summary>
    public void ChangeChannel(IChannel next) => channel = next;

    /// <summary>Decodes frames from the first byte that the handler has not received. Null: without a framing.</summary>
    public void Attach(IFrameDecoder? decoder)
    {
        _hasFraming = decoder is not null;
        if (_reader is not null)
        {
            _reader.Replace(decoder ?? new RawDecoder());
        }
        else if (decoder is not null)
        {
            _reader = new FrameReader(decoder, DeliveredOffset);
        }
    }

    /// <summary>Counts bytes from the peer. True: they are the first.</summary>
    public bool Count(int length)
    {
        var isFirst = ReceivedBytes == 0;
        ReceivedBytes += length;
        return isFirst;
    }

    /// <summary>Delivers bytes at once, drops them, or buffers them. False: they are buffered, and the caller calls <see cref="DeliverBuffered"/>.</summary>
    /// <param name="received">The bytes, counted already.</param>
    /// <param name="phaseAllows">Whether the connection's phase allows a delivery.</param>
    public bool Accept(Received received, bool phaseAllows)
    {
        if (IsDropping)
        {
            DeliveredOffset += received.Length;
            received.Detach().Release();
            return true;
        }

        if (_reader is null && phaseAllows && MayDeliver && received.Length <= delivery.LargestMessage)
        {
            var offset = DeliveredOffset;
            DeliveredOffset += received.Length;
            UseCredit();
            delivery.Deliver(received, offset, Limits);
            return true;
        }

        Buffer(received.Detach());
        return false;
    }

    /// <summary>Buffers bytes that the handler has not received; the hold moves here.</summary>
    public void Buffer(in SlabSlice bytes) => (_reader ??= new FrameReader(new RawDecoder(), DeliveredOffset)).Add(bytes);

    /// <summary>The actor has received the <see cref="ContinueDelivery"/>.</summary>
    public void OnContinueDelivery() => _hasContinuation = false;

    /// <summary>Delivers buffered frames as long as the handler may receive them.</summary>
    public ReadResult DeliverBuffered()
    {
        if (_reader is not { } reader)
        {
            return ReadResult.Done;
        }

        for (var frames = 0; MayDeliver; frames++)
        {
            if (frames == FramesPerRun)
            {
                var result = _hasContinuation ? ReadResult.Done : ReadResult.Interrupted;
                _hasContinuation = true;
                return result;
            }

            if (_rest is not null)
            {
                DeliverPiece();
                continue;
            }

            var offset = reader.Offset;
            var status = reader.TryRead(out var frame);
            if (status != FrameStatus.Frame)
            {
                return status == FrameStatus.Failed ? ReadResult.BadFrame : ReadResult.Done;
            }

            DeliveredOffset = reader.Offset;
            if (frame.Length > delivery.LargestMessage)
            {
                _rest = new FrameRest(frame, offset);
                DeliverPiece();
                continue;
            }

            UseCredit();
            delivery.Deliver(frame, offset, Limits);
        }

        return ReadResult.Done;
    }

    /// <summary>The handler asks for one more <see cref="Received"/>.</summary>
    public void AddCredit() => _credit++;

    /// <summary>The peer has ended its stream.</summary>
    public void OnEndOfStream() => Enter(IsDropping ? StreamState.EndedAndDropped : StreamState.Ended);

    /// <summary>Drops all bytes that the handler has not received, and all later ones. The channel still receives, to notice the end of the stream.</summary>
    public void Drop()
    {
        if (!IsDropping)
        {
            Enter(HasEnded ? StreamState.EndedAndDropped : StreamState.Dropping);
        }

        if (_reader is { } reader)
        {
            DeliveredOffset = reader.Offset + reader.Unread;
            ReleaseRest();
            reader.Close();
        }
    }

    /// <summary>Adds a reason to pause. True: the channel was reading until now.</summary>
    public bool Pause(ReadPauseReasons reason)
    {
        if (IsDropping)
        {
            // These reasons protect the memory or the handler. Dropped bytes need neither, so they are read.
            reason &= ~(ReadPauseReasons.Suspended | ReadPauseReasons.Answers | ReadPauseReasons.ReadAhead);
        }

        var wasPaused = IsPaused;
        PauseReasons |= reason;
        if (wasPaused || !IsPaused)
        {
            return false;
        }

        channel.PauseReading();
        return true;
    }

    /// <summary>Removes reasons to pause. True: the channel reads from now on.</summary>
    public bool Resume(ReadPauseReasons reasons)
    {
        var wasPaused = IsPaused;
        PauseReasons &= ~reasons;
        if (!wasPaused || IsPaused)
        {
            return false;
        }

        channel.ResumeReading();
        return true;
    }

    /// <summary>Removes the buffered bytes, including an incomplete frame, and returns a copy of them.</summary>
    public byte[] TakeUnread()
    {
        byte[] unread = [.. _rest is null ? default : _rest.Bytes.Span, .. _reader?.TakeUnread() ?? []];
        ReleaseRest();
        return unread;
    }

    /// <summary>Releases all memory.</summary>
    public void Close()
    {
        ReleaseRest();
        _reader?.Close();
    }

    private void ReleaseRest()
    {
        _rest?.Bytes.Release();
        _rest = null;
    }

    private void DeliverPiece()
    {
        var (rest, offset) = _rest!;
        var length = Math.Min(rest.Length, delivery.LargestMessage);
        var isLast = length == rest.Length;
        var piece = isLast ? rest : rest.Share(rest.Memory[..length]);
        _rest = isLast ? null : new FrameRest(rest.Narrow(rest.Memory[length..]), offset + length);
        UseCredit();
        delivery.Deliver(piece, offset, Limits, isPartial: !isLast && _hasFraming);
    }

    /// <summary>What the handler has not received of a frame.</summary>
    /// <param name="Bytes">The bytes, with a hold.</param>
    /// <param name="Offset">The offset of the first one.</param>
    private sealed record FrameRest(SlabSlice Bytes, long Offset);

    private void UseCredit() => _credit -= IsPull ? 1 : 0;

    private void Enter(StreamState next)
    {
        Debug.Assert(
            State switch
            {
                StreamState.Receiving => next is StreamState.Dropping or StreamState.Ended,
                StreamState.Dropping or StreamState.Ended => next == StreamState.EndedAndDropped,
                _ => false,
            },
            $"{next} cannot follow {State}");
        State = next;
    }
}

/// <summary>
/// The stream from the peer.
/// <code>
/// Receiving ──end of stream──▶ Ended
///     │ Shutdown(Read)           │ Shutdown(Read)
///     ▼                          ▼
/// Dropping ──end of stream──▶ EndedAndDropped
/// </code>
/// </summary>
internal enum StreamState
{
    /// <summary>The handler receives the bytes.</summary>
    Receiving,
    /// <summary>The receiving side is shut down here: the bytes are dropped until the stream ends.</summary>
    Dropping,
    /// <summary>The peer has ended its stream.</summary>
    Ended,
    /// <summary>The peer has ended its stream, and the bytes that the handler had not received are dropped.</summary>
    EndedAndDropped,
}

/// <summary>How <see cref="ReadSide.DeliverBuffered"/> ended.</summary>
internal enum ReadResult
{
    /// <summary>There is no complete frame, the handler may not receive it now, or a <see cref="ContinueDelivery"/> will deliver it.</summary>
    Done,
    /// <summary>The handler may receive more, after other actors of the loop have run: the caller sends <see cref="ContinueDelivery"/>.</summary>
    Interrupted,
    /// <summary>The next bytes break a rule of the framing.</summary>
    BadFrame,
}

/// <summary>Why a connection does not read from its peer at the moment.</summary>
[Flags]
internal enum ReadPauseReasons
{
    None = 0,
    /// <summary>No handler has answered Connected.</summary>
    NoHandler = 1,
    /// <summary>The handler's answers in the send queue are above its high mark.</summary>
    Answers = 2,
    /// <summary>The handler sent SuspendReading.</summary>
    Suspended = 4,
    /// <summary>The buffer of bytes that the handler has not received is full.</summary>
    ReadAhead = 8,
    /// <summary>The last bytes are being sent.</summary>
    Flushing = 16,
    /// <summary>The peer broke a rule of the framing.</summary>
    BadFrame = 32,
    /// <summary>TLS begins, and its handshake is not complete.</summary>
    Handshaking = 64,
    /// <summary>The connection, or its address, has received faster than its listener allows.</summary>
    Throttled = 128,
}

/// <summary>To the connection itself: deliver the next frames.</summary>
internal sealed class ContinueDelivery : INoSerializationVerificationNeeded
{
    public static readonly ContinueDelivery Instance = new();
}
