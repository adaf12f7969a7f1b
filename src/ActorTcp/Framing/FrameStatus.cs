namespace ActorTcp.Framing;

/// <summary>What <see cref="IFrameDecoder.TryRead"/> found.</summary>
public enum FrameStatus
{
    /// <summary>No complete frame: all of the input was taken, and more is needed.</summary>
    NeedMore,
    /// <summary>A frame.</summary>
    Frame,
    /// <summary>The stream breaks the rules of the framing, as <see cref="IFrameDecoder.Failure"/> says; the decoder reads no more.</summary>
    Failed,
}
