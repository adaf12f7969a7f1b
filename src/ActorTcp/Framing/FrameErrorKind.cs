namespace ActorTcp.Framing;

/// <summary>The kinds of <see cref="FrameError"/>.</summary>
public enum FrameErrorKind
{
    /// <summary>The frame is longer than the limit.</summary>
    TooLong,
    /// <summary>The length is negative after the adjustment, or differs from the length of the payload, or is not the fixed size.</summary>
    WrongLength,
    /// <summary>The length field is not a valid number: a varint has no end, or has more than 32 bits.</summary>
    MalformedLength,
    /// <summary>The length of the payload is above the largest value of the length field.</summary>
    LengthFieldTooSmall,
    /// <summary>The payload contains the delimiter, so the peer would read two frames; or it must end with the delimiter and does not.</summary>
    Delimiter,
    /// <summary>The bytes break a rule of a custom framing (<see cref="FrameScanResult.Malformed"/>).</summary>
    Malformed,
}
