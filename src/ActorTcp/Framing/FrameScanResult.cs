namespace ActorTcp.Framing;

/// <summary>What a <see cref="FrameDecoder"/> found in the bytes that it has: a frame, none yet, or a fault.</summary>
public readonly struct FrameScanResult
{
    private FrameScanResult(FrameStatus status, int length, int start = 0, int count = 0, FrameErrorKind fault = default, long size = 0, string? text = null)
    {
        Status = status;
        Length = length;
        Start = start;
        Count = count;
        Fault = fault;
        Size = size;
        Text = text;
    }

    /// <summary>No complete frame yet, and no telling how much is missing.</summary>
    public static FrameScanResult NeedMore => default;

    internal FrameStatus Status { get; }

    /// <summary>How many bytes the frame takes in the stream; with <see cref="FrameStatus.NeedMore"/> how many there must be, 0 where that is not known.</summary>
    internal int Length { get; }

    internal int Start { get; }

    internal int Count { get; }

    internal FrameErrorKind Fault { get; }

    internal long Size { get; }

    internal string? Text { get; }

    /// <summary>No complete frame yet: nothing can be said before there are so many bytes.</summary>
    /// <param name="length">How many bytes, counted from the frame's first one; more than there are.</param>
    public static FrameScanResult NeedTotal(int length) => new(FrameStatus.NeedMore, length);

    /// <summary>A frame.</summary>
    /// <param name="length">How many bytes it takes in the stream, header and delimiter counted; at least 1, at most as many as there are.</param>
    /// <param name="start">Where in them that begins which is handed out.</param>
    /// <param name="count">How many bytes are handed out.</param>
    public static FrameScanResult Frame(int length, int start, int count) => new(FrameStatus.Frame, length, start, count);

    /// <summary>The frame exceeds the limit.</summary>
    /// <param name="size">Its size in bytes, as far as that can be known.</param>
    public static FrameScanResult TooLong(long size) => new(FrameStatus.Failed, 0, fault: FrameErrorKind.TooLong, size: size);

    /// <summary>The bytes break a rule of the framing.</summary>
    /// <param name="text">Which rule, in words.</param>
    /// <param name="size">The size of the frame in bytes, as far as it is known.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public static FrameScanResult Malformed(string text, long size = 0) =>
        Failed(FrameErrorKind.Malformed, size, text ?? throw new ArgumentNullException(nameof(text)));

    internal static FrameScanResult Failed(FrameErrorKind fault, long size, string text) =>
        new(FrameStatus.Failed, 0, fault: fault, size: size, text: text);
}
