namespace ActorTcp.Framing;

/// <summary>Reads frames with their length before them.</summary>
internal sealed class LengthPrefixDecoder(LengthHeader header, bool keepHeader) : FrameDecoder(header.MaxLength, header.MaxSize)
{
    protected override FrameScan Scan(ReadOnlySpan<byte> bytes, int examined) => header.Scan(bytes, keepHeader);
}
