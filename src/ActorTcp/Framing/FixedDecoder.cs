namespace ActorTcp.Framing;

/// <summary>Reads frames of one size.</summary>
internal sealed class FixedDecoder(int size) : FrameDecoder(size, overhead: 0)
{
    private readonly int _size = size;

    protected override FrameScan Scan(ReadOnlySpan<byte> bytes, int examined) =>
        bytes.Length < _size ? FrameScan.NeedTotal(_size) : FrameScan.Frame(_size, 0, _size);
}
