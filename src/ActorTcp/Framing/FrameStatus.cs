namespace ActorTcp.Framing;

/// <summary>The result of <see cref="IFrameDecoder.TryRead"/>.</summary>
public enum FrameStatus
{
    /// <summary>The decoder has taken all of the input and needs more bytes for the next frame.</summary>
    NeedMore,
    /// <summary>The decoder has read a frame.</summary>
    Frame,
    /// <summary>The stream breaks a rule of the framing (<see cref="IFrameDecoder.Failure"/>). The decoder reads nothing until it is reset.</summary>
    Failed,
}
