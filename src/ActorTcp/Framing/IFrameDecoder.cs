namespace ActorTcp.Framing;

/// <summary>
/// Splits a stream of bytes into frames. The bytes arrive in segments of any size, and the decoder buffers incomplete frames. One decoder
/// reads one stream and is used by one thread at a time.
/// </summary>
/// <remarks>
/// <para>To write a decoder, derive from <see cref="FrameDecoder"/>, which implements the buffering.</para>
/// <para>Each byte is in exactly one place: in a returned frame, in the decoder's buffer, or in the rest of the input.</para>
/// </remarks>
public interface IFrameDecoder
{
    /// <summary>The offset in the stream, in bytes, of the first byte after the last frame that was read.</summary>
    long Offset { get; }

    /// <summary>The number of bytes in the decoder's buffer. The first of them is at <see cref="Offset"/>.</summary>
    int Buffered { get; }

    /// <summary>Why the decoder has failed; null if it has not failed.</summary>
    FrameError? Failure { get; }

    /// <summary>Reads the next frame. The caller repeats the call as long as the result is <see cref="FrameStatus.Frame"/>.</summary>
    /// <param name="input">
    /// The received bytes that have not been read. The decoder removes the bytes that it reads from the start. With
    /// <see cref="FrameStatus.NeedMore"/> the input is empty afterwards.
    /// </param>
    /// <param name="frame">
    /// The frame; the default value if there is none. It is either a slice of <paramref name="input"/>, or leased memory that the caller
    /// releases (<see cref="Frame.Release"/>).
    /// </param>
    /// <returns>
    /// A frame was read, or more bytes are needed, or the stream breaks a rule of the framing. A decoder that has failed stays failed until
    /// <see cref="Reset"/>.
    /// </returns>
    FrameStatus TryRead(ref ReadOnlyMemory<byte> input, out Frame frame);

    /// <summary>
    /// Removes the buffered bytes and returns them, so that another decoder can continue at <see cref="Offset"/>, which does not change.
    /// </summary>
    /// <remarks>
    /// The other decoder reads these bytes first, and then the rest of the input. May also be called after a failure. Before this decoder
    /// reads again, <see cref="Reset"/> must be called.
    /// </remarks>
    /// <returns>The bytes, which the caller releases; null if the buffer is empty.</returns>
    Lease? TakeBuffered();

    /// <summary>Clears the failure and the buffer, and releases its memory. A decoder must be reset when it is no longer used.</summary>
    /// <param name="offset">The offset in the stream, in bytes, of the first byte that will be read.</param>
    void Reset(long offset = 0);
}
