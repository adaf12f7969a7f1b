using ActorTcp.Buffers;

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
