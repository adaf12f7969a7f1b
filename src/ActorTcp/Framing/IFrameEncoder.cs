namespace ActorTcp.Framing;

/// <summary>
/// Encodes payloads as frames, from which the peer's decoder reads the same payloads. One encoder writes to one stream and is used by one
/// thread at a time.
/// </summary>
/// <remarks>The encoders of this library have no state, so they can be used from any thread.</remarks>
public interface IFrameEncoder
{
    /// <summary>The maximum length of a header in bytes; 0 if frames have no header.</summary>
    int MaxHeaderLength { get; }

    /// <summary>
    /// Whether the encoder has no state: equal payloads always give equal frames, and it can be used from any thread. Then a message to a group
    /// (<see cref="ActorGroups.Send"/>) is encoded once for all connections with the same framing object. Defaults to false.
    /// </summary>
    bool IsStateless => false;

    /// <summary>Encodes a payload as a frame, or refuses it. The payload is not copied.</summary>
    /// <param name="payload">The bytes that the peer's decoder returns for this frame.</param>
    /// <param name="header">
    /// The memory to which the encoder writes the header: at least <see cref="MaxHeaderLength"/> bytes. The caller does not change it before
    /// the frame is sent.
    /// </param>
    /// <param name="frame">The parts of the frame; the default value if the payload is refused.</param>
    /// <param name="refusal">Why the payload cannot be sent in this framing; null on success. Its offset is an offset in the payload.</param>
    /// <returns>True if the payload was encoded; false if it was refused.</returns>
    /// <exception cref="ArgumentException"><paramref name="header"/> is too short.</exception>
    bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal);
}
