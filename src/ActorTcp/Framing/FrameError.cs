namespace ActorTcp.Framing;

/// <summary>Why a decoder cannot split a stream into frames, or why an encoder refuses a payload.</summary>
/// <param name="Fault">The kind of the error.</param>
/// <param name="Size">
/// The size of the frame or payload in bytes, as far as it is known. If a decoder finds no delimiter within the limit, the limit plus 1.
/// </param>
/// <param name="Limit">The maximum length of a frame in bytes.</param>
/// <param name="Offset">
/// From a decoder: the offset of the frame's first byte in the stream. From an encoder: the offset of the wrong byte in the payload.
/// </param>
/// <param name="Text">The message: what is wrong, with the value and the rule.</param>
public sealed record FrameError(FrameErrorKind Fault, long Size, int Limit, long Offset, string Text)
{
    /// <summary>Returns <see cref="Text"/>.</summary>
    public override string ToString() => Text;
}
