namespace ActorTcp.Framing;

/// <summary>The kinds of <see cref="FrameError"/>.</summary>
public enum FrameErrorKind
{
    /// <summary>The frame is longer than the limit.</summary>
    TooLong,
    /// <summary>The length field says a length that no frame can have: with the adjustment it is below 0, or it is not the length of the payload.</summary>
    WrongLength,
    /// <summary>The length field is no number: a varint that does not end, or is above 32 bits.</summary>
    MalformedLength,
    /// <summary>The payload is longer than the length field can say.</summary>
    LengthFieldTooSmall,
    /// <summary>The payload contains the delimiter, so that the peer would read two frames; or, where delimiters are kept, does not end with it.</summary>
    Delimiter,
    /// <summary>Bytes that break a rule of the user's own framing.</summary>
    Malformed,
}
