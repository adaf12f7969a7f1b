namespace ActorTcp.Framing;

/// <summary>A frame to send. Its three parts are sent in this order: header, payload, trailer. Each of them may be empty.</summary>
/// <param name="Header">The header: the part of the memory passed to <see cref="IFrameEncoder.TryEncode"/> that the encoder wrote.</param>
/// <param name="Payload">The payload.</param>
/// <param name="Trailer">The bytes after the payload. They must never change, because they are not copied.</param>
public readonly record struct EncodedFrame(ReadOnlyMemory<byte> Header, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> Trailer)
{
    /// <summary>The length of all three parts together, in bytes.</summary>
    public int Length => Header.Length + Payload.Length + Trailer.Length;

    /// <summary>Copies header, payload and trailer to contiguous memory.</summary>
    /// <param name="target">The destination: at least <see cref="Length"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="target"/> is too short.</exception>
    public void CopyTo(Span<byte> target)
    {
        Header.Span.CopyTo(target);
        Payload.Span.CopyTo(target[Header.Length..]);
        Trailer.Span.CopyTo(target[(Header.Length + Payload.Length)..]);
    }
}
