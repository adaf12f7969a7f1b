namespace ActorTcp.Framing;

/// <summary>No framing: whatever came is handed out as it came, and never copied or kept.</summary>
public sealed class RawFraming : IFraming
{
    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new RawDecoder();

    /// <inheritdoc/>
    public IFrameEncoder CreateEncoder() => new RawEncoder();

    /// <summary>The framing in words.</summary>
    public override string ToString() => "no frames";
}

/// <summary>Hands out what comes.</summary>
internal sealed class RawDecoder() : FrameDecoder(int.MaxValue, overhead: 0)
{
    protected override FrameScanResult Scan(ReadOnlySpan<byte> bytes, int examined) => FrameScanResult.Frame(bytes.Length, 0, bytes.Length);
}

/// <summary>Sends payloads as they are.</summary>
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
