namespace ActorTcp.Framing;

/// <summary>
/// Cuts a stream of bytes into frames. The bytes arrive in segments that are split anywhere; what belongs to a frame that
/// is not complete yet is kept by the decoder. One decoder reads one stream and is used by one thread at a time.
/// Most decoders are made by an <see cref="IFraming"/> or derive from the class <c>FrameDecoder</c>.
/// </summary>
/// <remarks>Every byte is in one place: in a frame that was handed out, kept by the decoder, or left in the input.</remarks>
public interface IFrameDecoder
{
    /// <summary>The offset in the stream, in bytes, of the first byte that has not been handed out in a frame or dropped as its header or delimiter.</summary>
    long Offset { get; }

    /// <summary>How many bytes are kept: those from <see cref="Offset"/> on that came before the input.</summary>
    int Buffered { get; }

    /// <summary>Why it has failed; null where it has not.</summary>
    FrameError? Failure { get; }

    /// <summary>Reads the next frame. To be called again until it answers something else than <see cref="FrameStatus.Frame"/>.</summary>
    /// <param name="input">
    /// The bytes that came and were not read yet. Whatever was read, a frame or bytes that are kept, is cut off at its
    /// start. With <see cref="FrameStatus.NeedMore"/> nothing is left of it.
    /// </param>
    /// <param name="frame">
    /// The frame. Where it lies inside <paramref name="input"/> it is a slice of it and as long valid; else it is
    /// leased and the caller releases it.
    /// </param>
    /// <returns>Whether there was a frame, or more bytes are needed, or the stream breaks the rules; then it stays failed.</returns>
    FrameStatus TryRead(ref ReadOnlyMemory<byte> input, out Frame frame);

    /// <summary>
    /// Hands out the bytes that are kept and forgets them, so that another decoder can go on at <see cref="Offset"/>, which
    /// stays: it is given these bytes first, and then what is left of the input. After a failure too. This decoder is
    /// then reset before it reads anything else.
    /// </summary>
    /// <returns>The bytes, to be released by the caller; null where none are kept.</returns>
    Lease? TakeBuffered();

    /// <summary>Begins anew: drops what is kept and any failure, and gives memory back. A decoder that is no longer used is reset.</summary>
    /// <param name="offset">The offset in the stream, in bytes, of the first byte that will be read.</param>
    void Reset(long offset = 0);
}
