namespace ActorTcp.Buffers;

/// <summary>A frame as one to three segments, in the order in which they are sent.</summary>
[InlineArray(MostSegments)]
internal struct FramedSend
{
    public const int MostSegments = 3;

    private OutboundSegment _first;
}
