namespace ActorTcp.Memory;

/// <summary>
/// The queued bytes of one connection, in order. It has no limit: the caller checks
/// <see cref="Bytes"/> before it adds. An empty queue holds no memory.
/// </summary>
internal sealed class OutboundQueue
{
    /// <summary>
    /// A segment up to this size, in bytes, is copied next to the one before it, if the queue has one. A gathering send would copy it as well, and many
    /// small segments take no more memory than their bytes.
    /// </summary>
    private const int JoinedUpTo = 2048;

    private const int JoinedSize = 16 * 1024;

    private const int FirstCapacity = 4;

    /// <summary>A lease on fewer bytes than this is copied, so that it does not keep a slab from being used again.</summary>
    private const int CopiedBelow = SlabPool.SlabSize / 2;

    private OutboundSegment[] _ring = [];
    private int _head;
    private int _sentOfHead;

    // The slab that small segments are copied to, and the number of its used bytes. The queue holds it while it is not empty.
    private Slab? _joined;
    private int _joinedUsed;

    /// <summary>The number of queued bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>The number of queued segments.</summary>
    public int Count { get; private set; }

    public bool IsEmpty => Count == 0;

    /// <summary>Adds a segment of which the first bytes may have been sent already.</summary>
    public void Enqueue(in OutboundSegment segment, int alreadySent = 0)
    {
        Debug.Assert(alreadySent == 0 || IsEmpty, "only the head is sent in part");
        Debug.Assert(alreadySent == 0 || alreadySent < segment.Memory.Length, "a segment that is sent is not queued");
        Bytes += segment.Memory.Length - alreadySent;
        if (Count > 0 && segment.Memory.Length is > 0 and <= JoinedUpTo)
        {
            Join(segment);
        }
        else
        {
            Append(segment);
            _sentOfHead = Count == 1 ? alreadySent : _sentOfHead;
        }
    }

    /// <summary>The unsent bytes of the n-th queued segment.</summary>
    public ReadOnlyMemory<byte> Peek(int index)
    {
        Debug.Assert((uint)index < (uint)Count, "the index is that of a queued segment");
        var memory = _ring[(_head + index) & (_ring.Length - 1)].Memory;
        return index == 0 ? memory[_sentOfHead..] : memory;
    }

    /// <summary>
    /// Counts bytes as sent. If that ends the first segment, the segment is removed and returned; call again with the remaining number for
    /// the others. A segment without bytes, which only marks its place, ends as soon as it is the first.
    /// </summary>
    /// <param name="sent">The number of sent bytes; receives the number that is left.</param>
    /// <param name="finished">The segment of which all bytes are sent now.</param>
    /// <returns>Whether a segment was finished.</returns>
    public bool Advance(ref long sent, out OutboundSegment finished)
    {
        finished = default;
        if (IsEmpty)
        {
            return false;
        }

        ref var head = ref _ring[_head];
        var left = head.Memory.Length - _sentOfHead;
        if (sent < left)
        {
            _sentOfHead += (int)sent;
            Bytes -= sent;
            sent = 0;
            return false;
        }

        sent -= left;
        finished = RemoveHead();
        return true;
    }

    /// <summary>Removes the first segment unsent, for a connection that has ended.</summary>
    public bool TryDrop(out OutboundSegment dropped)
    {
        if (IsEmpty)
        {
            dropped = default;
            return false;
        }

        dropped = RemoveHead();
        return true;
    }

    /// <summary>
    /// Copies the leased bytes of the segments from an index on, if they are few: the bytes wait for a slow
    /// reader, and each lease would keep a whole slab from being used again.
    /// </summary>
    public void CopySmallLeases(int from)
    {
        for (var i = from; i < Count; i++)
        {
            ref var segment = ref _ring[(_head + i) & (_ring.Length - 1)];
            if (segment.Slab is { Home: not ThreadSlabs } slab && segment.Memory.Length < CopiedBelow)
            {
                segment = segment with { Memory = segment.Memory.ToArray(), Slab = null };
                slab.Release();
            }
        }
    }

    /// <summary>Removes the bytes up to the end of the segment with a tag, of which none have been sent, and the tag. The other segments stay in their order.</summary>
    /// <param name="tag">The tag; a segment has it.</param>
    /// <param name="length">The number of bytes, in one or more segments. Only the last one of them has a tag.</param>
    public void Remove(object tag, long length)
    {
        var last = 0;
        while (!ReferenceEquals(At(last).Tag, tag))
        {
            last++;
        }

        Bytes -= length;
        var first = last + 1;
        while (length > 0)
        {
            ref var segment = ref At(first - 1);
            var left = segment.Memory.Length - (first == 1 ? _sentOfHead : 0);
            if (length < left)
            {
                // Small bytes without a tag that were sent before are joined with it.
                segment = segment with { Memory = segment.Memory[..^(int)length], Tag = null };
                break;
            }

            length -= left;
            first--;
            segment.Slab?.Release();
        }

        // The next small segment must not be joined at the end of the removed ones.
        _joined?.Release();
        _joined = null;
        _sentOfHead = first == 0 ? 0 : _sentOfHead;
        var removed = last + 1 - first;
        for (var i = last + 1; i < Count; i++)
        {
            At(i - removed) = At(i);
        }

        for (var i = Count - removed; i < Count; i++)
        {
            At(i) = default;
        }

        Count -= removed;
    }

    private ref OutboundSegment At(int index) => ref _ring[(_head + index) & (_ring.Length - 1)];

    private void Append(in OutboundSegment segment)
    {
        if (Count == _ring.Length)
        {
            Grow();
        }

        _ring[(_head + Count) & (_ring.Length - 1)] = segment;
        Count++;
    }

    /// <summary>Appends a small segment to the last one, or, if that has a tag to be returned when it is sent, to a new segment in the same slab.</summary>
    private void Join(in OutboundSegment segment)
    {
        var length = segment.Memory.Length;
        if (_joined is null || _joined.Size - _joinedUsed < length)
        {
            _joined?.Release();
            _joined = ThreadSlabs.Rent(JoinedSize);
            _joinedUsed = 0;
        }

        segment.Memory.Span.CopyTo(_joined.Span(_joinedUsed, length));
        segment.Slab?.Release();
        var last = (_head + Count - 1) & (_ring.Length - 1);
        if (_ring[last] is { Tag: null } previous && ReferenceEquals(previous.Slab, _joined))
        {
            var before = previous.Memory.Length;
            _ring[last] = new OutboundSegment(_joined.Slice(_joinedUsed - before, before + length), _joined, segment.Tag);
        }
        else
        {
            _joined.Hold();
            Append(new OutboundSegment(_joined.Slice(_joinedUsed, length), _joined, segment.Tag));
        }

        _joinedUsed += length;
    }

    private OutboundSegment RemoveHead()
    {
        ref var head = ref _ring[_head];
        var removed = head;
        Bytes -= head.Memory.Length - _sentOfHead;
        head = default;
        _sentOfHead = 0;
        _head = (_head + 1) & (_ring.Length - 1);
        if (--Count == 0)
        {
            Debug.Assert(Bytes == 0, "an empty queue has no bytes");
            _ring = _ring.Length > 64 ? [] : _ring;
            _head = 0;
            _joined?.Release();
            _joined = null;
        }

        return removed;
    }

    private void Grow()
    {
        var ring = new OutboundSegment[Math.Max(FirstCapacity, _ring.Length * 2)];
        for (var i = 0; i < Count; i++)
        {
            ring[i] = _ring[(_head + i) & (_ring.Length - 1)];
        }

        _ring = ring;
        _head = 0;
    }
}

/// <summary>Bytes of the send queue.</summary>
/// <param name="Memory">The bytes, unchanged until they are sent. Backed by an array.</param>
/// <param name="Slab">The hold on their memory, released when they are sent; null if the memory is the sender's own.</param>
/// <param name="Tag">Returned to the owner of the channel when they are sent; null if no outcome was asked for.</param>
internal readonly record struct OutboundSegment(ReadOnlyMemory<byte> Memory, Slab? Slab, object? Tag);
