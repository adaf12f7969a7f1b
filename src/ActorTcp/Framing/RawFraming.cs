namespace ActorTcp.Framing;

/// <summary>No framing: each received segment is one frame, and payloads are sent unchanged. Nothing is buffered or copied.</summary>
/// <remarks>Can be used from any thread. Use it for one direction of a <see cref="SplitFraming"/>.</remarks>
public sealed class RawFraming : IFraming
{
    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new RawDecoder();

    /// <inheritdoc/>
    public IFrameEncoder CreateEncoder() => new RawEncoder();

    /// <summary>Returns a description of the framing.</summary>
    public override string ToString() => "no frames";
}

/// <summary>Returns each input as one frame. Also the decoder of a connection without a framing.</summary>
internal sealed class RawDecoder : IFrameDecoder
{
    public long Offset { get; private set; }

    public int Buffered => 0;

    public FrameError? Failure => null;

    public FrameStatus TryRead(ref ReadOnlyMemory<byte> input, out Frame frame)
    {
        frame = default;
        if (input.IsEmpty)
        {
            return FrameStatus.NeedMore;
        }

        frame = new Frame(input);
        Offset += input.Length;
        input = default;
        return FrameStatus.Frame;
    }

    public Lease? TakeBuffered() => null;

    public void Reset(long offset = 0) => Offset = offset;
}

/// <summary>Sends payloads unchanged.</summary>
internal sealed class RawEncoder : IFrameEncoder
{
    public int MaxHeaderLength => 0;

    public bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal)
    {
        frame = new EncodedFrame(default, payload, default);
        refusal = null;
        return true;
    }
}
