using System.Buffers;
using ActorTcp.Memory;

namespace ActorTcp.Framing;

/// <summary>
/// Encodes the payloads that one connection sends. A small frame is copied to one segment; the payload of a larger frame is not copied. On
/// one thread at a time.
/// </summary>
internal sealed class FrameWriter(IFrameEncoder encoder)
{
    /// <summary>A frame up to this size, in bytes, is copied, because up to two more segments are slower.</summary>
    public const int CopiedUpTo = 4096;

    private readonly byte[] _header = encoder.MaxHeaderLength == 0 ? [] : new byte[encoder.MaxHeaderLength];

    /// <summary>Encodes a payload as a frame.</summary>
    /// <param name="payload">
    /// The payload. On success its hold passes to the frame or is released, and its tag passes to the last segment. On failure the caller
    /// keeps both.
    /// </param>
    /// <param name="segments">The segments of the frame.</param>
    /// <param name="count">The number of segments, at least 1.</param>
    /// <param name="refusal">Why the encoder refuses the payload; null on success.</param>
    /// <returns>Whether the payload was encoded.</returns>
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
            segments[count++] = payload with { Memory = BackedByArray(frame.Payload) };
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
            segments[count++] = new OutboundSegment(BackedByArray(frame.Payload), payload.Slab, payloadIsLast ? payload.Tag : null);
            if (!payloadIsLast)
            {
                segments[count++] = new OutboundSegment(BackedByArray(frame.Trailer), null, payload.Tag);
            }
        }

        return true;
    }

    /// <summary>As <see cref="TryWrite"/>, for a payload that many connections send: it is encoded once for each framing.</summary>
    /// <param name="payload">The payload. It has no hold.</param>
    /// <param name="shared">The frames of the payload.</param>
    /// <param name="framing">The framing that made the encoder.</param>
    /// <param name="segments">The frame, as one segment.</param>
    /// <param name="count">1.</param>
    /// <param name="refusal">Why the encoder refuses the payload; null on success.</param>
    /// <returns>Whether the payload was encoded.</returns>
    public bool TryWriteShared(
        in OutboundSegment payload,
        SharedFrame shared,
        IFraming framing,
        out FramedSend segments,
        out int count,
        [NotNullWhen(false)] out FrameError? refusal)
    {
        if (!encoder.IsStateless)
        {
            return TryWrite(payload, out segments, out count, out refusal);
        }

        var encoded = shared.FrameOf(framing, encoder, payload.Memory);
        refusal = encoded.Refusal;
        segments = default;
        segments[0] = payload with { Memory = encoded.Bytes };
        count = 1;
        return refusal is null;
    }

    /// <summary>Copies memory of a user's <see cref="MemoryManager{T}"/>, because it may be freed, or throw, before it is sent.</summary>
    private static ReadOnlyMemory<byte> BackedByArray(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetMemoryManager<byte, MemoryManager<byte>>(memory, out _) ? memory.ToArray() : memory;
}

/// <summary>A frame as one to three segments, in the order in which they are sent.</summary>
[InlineArray(MaxSegments)]
internal struct FramedSend
{
    public const int MaxSegments = 3;

    private OutboundSegment _first;
}
