namespace ActorTcp.Framing;

/// <summary>The decoder of a connection without a framing: each received segment is one frame.</summary>
internal sealed class UnframedDecoder : IFrameDecoder
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
