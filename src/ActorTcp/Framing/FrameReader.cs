using ActorTcp.Memory;

namespace ActorTcp.Framing;

/// <summary>
/// Reads the received segments of one connection frame by frame. Each frame has its own hold on memory. The decoder can be replaced between
/// two frames without losing a byte. On one thread at a time.
/// </summary>
internal sealed class FrameReader
{
    /// <summary>A segment of fewer bytes than this is joined with others, unless it is the first in the queue.</summary>
    private const int JoinedBelow = SlabPool.SlabSize / 2;

    private const int JoinedSize = 16 * 1024;

    private IFrameDecoder _decoder;
    private Segment _first;
    private Queue<Segment>? _later;

    // The last segment, if it is a slab to which small segments are copied. Otherwise each small segment would hold a whole slab.
    private Segment _joined;

    /// <summary>Creates a reader, which owns the decoder from now on and resets it.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="offset">The offset in the stream of the first byte that will be added.</param>
    public FrameReader(IFrameDecoder decoder, long offset = 0)
    {
        decoder.Reset(offset);
        _decoder = decoder;
    }

    /// <summary>The offset in the stream of the first byte after the last frame that was read.</summary>
    public long Offset => _decoder.Offset;

    /// <summary>Why the decoder has failed; null if it has not.</summary>
    public FrameError? Failure => _decoder.Failure;

    /// <summary>The number of bytes of an incomplete frame in the decoder's buffer.</summary>
    public int Buffered => _decoder.Buffered;

    /// <summary>The number of added bytes that the decoder has not seen yet.</summary>
    public long Waiting { get; private set; }

    /// <summary>The number of added bytes that have not been returned in a frame.</summary>
    public long Unread => _decoder.Buffered + Waiting;

    /// <summary>Adds received bytes. The reader owns their hold from now on.</summary>
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
    /// <param name="frame">The frame, which the caller releases; the default value if there is none.</param>
    /// <returns>A frame was read, or the bytes contain no complete frame, or the decoder has failed.</returns>
    /// <exception cref="InvalidOperationException">The decoder needs more bytes but has not taken all of its input.</exception>
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
                frame = HoldOn(read, segment, endsSegment: left.IsEmpty);
                return status;
            }

            if (!left.IsEmpty)
            {
                throw new InvalidOperationException(
                    $"{_decoder.GetType().Name}.TryRead returned NeedMore with {left.Length} bytes of input left; it must take all of them.");
            }

            segment.Release();
            Advance();
        }

        return _decoder.Failure is null ? FrameStatus.NeedMore : FrameStatus.Failed;
    }

    /// <summary>Replaces the decoder. The next one starts at <see cref="Offset"/> and reads the buffered bytes of the old one again.</summary>
    public void Replace(IFrameDecoder next)
    {
        var buffered = _decoder.TakeBuffered();
        next.Reset(_decoder.Offset);
        _decoder.Reset();
        _decoder = next;
        if (buffered is null)
        {
            return;
        }

        if (!_first.IsNone)
        {
            _later = new Queue<Segment>([_first, .. _later ?? []]);
        }

        var bytes = buffered.Detach();
        _first = new Segment(bytes, bytes.Memory);
        Waiting += bytes.Length;
    }

    /// <summary>Removes all bytes that have not been returned in a frame, and returns a copy of them.</summary>
    public byte[] TakeUnread()
    {
        var bytes = new byte[Unread];
        var at = 0;
        if (_decoder.TakeBuffered() is { } buffered)
        {
            buffered.Span.CopyTo(bytes);
            at = buffered.Length;
            buffered.Release();
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

    /// <summary>Drops all unread bytes and releases their memory.</summary>
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

    /// <summary>Returns the frame with its own hold. The last frame of a segment takes over the segment's hold.</summary>
    private SlabSlice HoldOn(in Frame read, in SlabSlice segment, bool endsSegment)
    {
        if (!endsSegment)
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

    /// <summary>A received segment, and the part of it that the decoder has not read yet.</summary>
    private readonly record struct Segment(SlabSlice Bytes, ReadOnlyMemory<byte> Left)
    {
        public bool IsNone => Bytes.Slab is null;
    }
}
