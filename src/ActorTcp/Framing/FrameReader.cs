using ActorTcp.Memory;

namespace ActorTcp.Framing;

/// <summary>
/// Reads the segments of one connection frame by frame, each with a lease of its own, and keeps every byte in order where the
/// decoder is replaced in mid-stream. On one thread at a time.
/// </summary>
internal sealed class FrameReader
{
    /// <summary>A piece of less than this, in bytes, is joined with others if another one is queued before it.</summary>
    private const int JoinedBelow = SlabPool.SlabSize / 2;

    private const int JoinedSize = 16 * 1024;

    private IFrameDecoder _decoder;
    private Segment _first;
    private Queue<Segment>? _later;

    // The last segment, if it is a slab that small pieces are copied to: each piece that waits would keep a slab of its own.
    private Segment _joined;

    /// <summary>Reads with a decoder, which is reset and belongs to the reader now.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="offset">The offset in the stream of the first byte that will be added.</param>
    public FrameReader(IFrameDecoder decoder, long offset = 0)
    {
        decoder.Reset(offset);
        _decoder = decoder;
    }

    /// <summary>The offset in the stream of the first byte that was not handed out: behind a frame the offset of the next one.</summary>
    public long Offset => _decoder.Offset;

    /// <summary>Why the stream cannot be read on; null where it can.</summary>
    public FrameError? Failure => _decoder.Failure;

    /// <summary>How many bytes of an incomplete frame the decoder keeps.</summary>
    public int Buffered => _decoder.Buffered;

    /// <summary>How many bytes have been added that the decoder has not seen.</summary>
    public long Waiting { get; private set; }

    /// <summary>How many bytes have been added and not been handed out.</summary>
    public long Unread => _decoder.Buffered + Waiting;

    /// <summary>Adds bytes that were received; the hold is the reader's now.</summary>
    public void Add(in SlabSlice bytes)
    {
        Waiting += bytes.Length;
        if (_first.IsNone)
        {
            _first = new Segment(bytes, bytes.Memory);
        }
        else if (bytes.Length < JoinedBelow)
        {
            Join(bytes);
        }
        else
        {
            EndJoined();
            (_later ??= []).Enqueue(new Segment(bytes, bytes.Memory));
        }
    }

    /// <summary>Reads the next frame.</summary>
    /// <param name="frame">The frame, to be released by the caller; the default value if there is none.</param>
    /// <returns>Whether there was a frame, all bytes were read, or the stream cannot be read on.</returns>
    /// <exception cref="InvalidOperationException">The decoder says that it needs more, and has not taken what there is.</exception>
    public FrameStatus TryRead(out SlabSlice frame)
    {
        frame = default;
        while (!_first.IsNone)
        {
            var segment = _first.Bytes;
            var left = _first.Left;
            var status = _decoder.TryRead(ref left, out var read);
            Waiting -= _first.Left.Length - left.Length;
            _first = new Segment(segment, left);
            if (status == FrameStatus.Failed)
            {
                return status;
            }

            if (status == FrameStatus.Frame)
            {
                frame = Leased(read, segment, isLast: left.IsEmpty);
                return status;
            }

            if (!left.IsEmpty)
            {
                throw new InvalidOperationException($"{_decoder.GetType().Name} needs more and has left {left.Length} bytes unread.");
            }

            segment.Release();
            Advance();
        }

        return _decoder.Failure is null ? FrameStatus.NeedMore : FrameStatus.Failed;
    }

    /// <summary>Goes on with another decoder from the first byte that was not handed out.</summary>
    public void Replace(IFrameDecoder next)
    {
        var kept = _decoder.TakeBuffered();
        next.Reset(_decoder.Offset);
        _decoder.Reset();
        _decoder = next;
        if (kept is null)
        {
            return;
        }

        if (!_first.IsNone)
        {
            _later = new Queue<Segment>([_first, .. _later ?? []]);
        }

        var bytes = kept.Detach();
        _first = new Segment(bytes, bytes.Memory);
        Waiting += bytes.Length;
    }

    /// <summary>A copy of all that was not handed out; nothing of it is left here.</summary>
    public byte[] TakeUnread()
    {
        var bytes = new byte[Unread];
        var at = 0;
        if (_decoder.TakeBuffered() is { } kept)
        {
            kept.Span.CopyTo(bytes);
            at = kept.Length;
            kept.Release();
        }

        while (!_first.IsNone)
        {
            _first.Left.Span.CopyTo(bytes.AsSpan(at));
            at += _first.Left.Length;
            _first.Bytes.Release();
            Advance();
        }

        Waiting = 0;
        _decoder.Reset(_decoder.Offset + at);
        return bytes;
    }

    /// <summary>Drops what was not read, and gives all memory back.</summary>
    public void Close()
    {
        _decoder.Reset(_decoder.Offset);
        while (!_first.IsNone)
        {
            _first.Bytes.Release();
            Advance();
        }

        Waiting = 0;
    }

    private SlabSlice Leased(in Frame read, in SlabSlice segment, bool isLast)
    {
        if (!isLast)
        {
            return read.Lease?.Detach() ?? segment.Share(read.Memory);
        }

        Advance();
        if (read.Lease is { } own)
        {
            segment.Release();
            return own.Detach();
        }

        return segment.Narrow(read.Memory);
    }

    private void Advance()
    {
        if (_later is null || !_later.TryDequeue(out _first))
        {
            _first = _joined;
            _joined = default;
        }
    }

    private void Join(in SlabSlice bytes)
    {
        if (_joined.IsNone || _joined.Bytes.Slab!.Size - _joined.Bytes.Length < bytes.Length)
        {
            EndJoined();
            _joined = new Segment(new SlabSlice(ThreadSlabs.Rent(Math.Max(JoinedSize, bytes.Length)), 0, 0), default);
        }

        var (slab, _, length) = _joined.Bytes;
        bytes.Span.CopyTo(slab!.Span(length, bytes.Length));
        bytes.Release();
        var joined = new SlabSlice(slab, 0, length + bytes.Length);
        _joined = new Segment(joined, joined.Memory);
    }

    private void EndJoined()
    {
        if (!_joined.IsNone)
        {
            (_later ??= []).Enqueue(_joined);
            _joined = default;
        }
    }

    /// <summary>A segment that was received, and what of it was not read yet.</summary>
    private readonly record struct Segment(SlabSlice Bytes, ReadOnlyMemory<byte> Left)
    {
        public bool IsNone => Bytes.Slab is null;
    }
}
