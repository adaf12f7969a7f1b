using System.Buffers;
using ActorTcp.Memory;

namespace ActorTcp.Framing;

/// <summary>
/// Makes frames of what one connection sends: a small one is put together in one segment, the payload of a larger one
/// is sent where it is. On one thread at a time.
/// </summary>
internal sealed class FrameWriter(IFrameEncoder encoder)
{
    /// <summary>A frame up to this size, in bytes, is copied: that costs less than two more segments.</summary>
    public const int CopiedUpTo = 4096;

    private readonly byte[] _header = encoder.MaxHeaderLength == 0 ? [] : new byte[encoder.MaxHeaderLength];

    /// <summary>Makes a frame.</summary>
    /// <param name="payload">
    /// The payload. If a frame is made of it, its hold goes over to the frame or is released, and its tag goes to the last segment;
    /// else both stay the caller's.
    /// </param>
    /// <param name="segments">The frame, in as many segments as <paramref name="count"/> says.</param>
    /// <param name="count">How many segments, at least 1.</param>
    /// <param name="refusal">Why the payload cannot be sent.</param>
    public bool TryWrite(in OutboundSegment payload, out FramedSend segments, out int count, [NotNullWhen(false)] out FrameError? refusal)
    {
        segments = default;
        count = 0;
        if (!encoder.TryEncode(payload.Memory, _header, out var frame, out refusal))
        {
            return false;
        }

        if (frame.Header.IsEmpty && frame.Trailer.IsEmpty)
        {
            segments[count++] = payload with { Memory = OfArray(frame.Payload) };
        }
        else if (frame.Length <= CopiedUpTo)
        {
            var packed = ThreadSlabs.Rent(frame.Length);
            frame.CopyTo(packed.Span(0, frame.Length));
            payload.Slab?.Release();
            segments[count++] = new OutboundSegment(packed.Slice(0, frame.Length), packed, payload.Tag);
        }
        else
        {
            if (!frame.Header.IsEmpty)
            {
                var header = SlabSlice.CopyOf(frame.Header.Span);
                segments[count++] = new OutboundSegment(header.Memory, header.Slab, null);
            }

            var payloadIsLast = frame.Trailer.IsEmpty;
            segments[count++] = new OutboundSegment(OfArray(frame.Payload), payload.Slab, payloadIsLast ? payload.Tag : null);
            if (!payloadIsLast)
            {
                segments[count++] = new OutboundSegment(OfArray(frame.Trailer), null, payload.Tag);
            }
        }

        return true;
    }

    /// <summary>Memory of an encoder's own manager may be taken away, or throw, before it is sent: then it is copied here.</summary>
    private static ReadOnlyMemory<byte> OfArray(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetMemoryManager<byte, MemoryManager<byte>>(memory, out _) ? memory.ToArray() : memory;
}

/// <summary>A frame as one to three segments, in the order in which they are sent.</summary>
[InlineArray(MostSegments)]
internal struct FramedSend
{
    public const int MostSegments = 3;

    private OutboundSegment _first;
}
