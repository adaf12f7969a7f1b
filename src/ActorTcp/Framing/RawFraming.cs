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

/// <summary>Returns each input as one frame.</summary>
internal sealed class RawDecoder() : FrameDecoder(int.MaxValue, overhead: 0)
{
    protected override FrameScanResult Scan(ReadOnlySpan<byte> bytes, int examined) => FrameScanResult.Frame(bytes.Length, 0, bytes.Length);
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
