namespace ActorTcp.Framing;

/// <summary>Hands out what comes.</summary>
internal sealed class RawDecoder() : FrameDecoder(int.MaxValue, overhead: 0)
{
    protected override FrameScan Scan(ReadOnlySpan<byte> bytes, int examined) => FrameScan.Frame(bytes.Length, 0, bytes.Length);
}
