namespace ActorTcp.Framing;

/// <summary>A frame as it is sent: three pieces one behind the other, each of which may be empty.</summary>
/// <param name="Header">What the encoder wrote before the payload, a part of the memory that it was given.</param>
/// <param name="Payload">The payload.</param>
/// <param name="Trailer">What comes behind it; never changes.</param>
public readonly record struct EncodedFrame(ReadOnlyMemory<byte> Header, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> Trailer)
{
    /// <summary>How many bytes in all.</summary>
    public int Length => Header.Length + Payload.Length + Trailer.Length;

    /// <summary>Copies all three, where one piece is wanted.</summary>
    /// <param name="target">At least <see cref="Length"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="target"/> is too short.</exception>
    public void CopyTo(Span<byte> target)
    {
        Header.Span.CopyTo(target);
        Payload.Span.CopyTo(target[Header.Length..]);
        Trailer.Span.CopyTo(target[(Header.Length + Payload.Length)..]);
    }
}
