namespace ActorTcp.Framing;

/// <summary>
/// Makes a frame of a payload, for a peer whose decoder hands the same payload out. The payload is not copied. One encoder
/// writes to one stream and is used by one thread at a time; those of this library have no state and may be shared.
/// </summary>
public interface IFrameEncoder
{
    /// <summary>How many bytes a header takes at most.</summary>
    int MaxHeaderLength { get; }

    /// <summary>Makes a frame.</summary>
    /// <param name="payload">What the peer's decoder is to hand out.</param>
    /// <param name="header">Where to write the header: at least <see cref="MaxHeaderLength"/> bytes, unchanged until the frame is sent.</param>
    /// <param name="frame">The pieces to be sent one behind the other.</param>
    /// <param name="refusal">Why the payload cannot be sent in this framing; its offset counts in the payload.</param>
    /// <returns>Whether there is a frame; false where the payload is refused.</returns>
    /// <exception cref="ArgumentException"><paramref name="header"/> is too short.</exception>
    bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal);
}
