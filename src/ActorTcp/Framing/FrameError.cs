namespace ActorTcp.Framing;

/// <summary>Why a stream cannot be cut into frames, or a payload cannot be sent as one.</summary>
/// <param name="Fault">The kind.</param>
/// <param name="Size">
/// The size of the frame, in bytes: what its length field says, or how many bytes there were when it was clear. Where
/// a delimiter is missing that is the limit and one.
/// </param>
/// <param name="Limit">The most bytes that a frame may have.</param>
/// <param name="Offset">From a decoder: the offset in the stream of the frame's first byte. From an encoder: the offset in the payload of what is wrong.</param>
/// <param name="Text">What is wrong, in words, with the numbers.</param>
public sealed record FrameError(FrameErrorKind Fault, long Size, int Limit, long Offset, string Text)
{
    /// <summary>The text.</summary>
    public override string ToString() => Text;
}
