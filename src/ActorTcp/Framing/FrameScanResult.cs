namespace ActorTcp.Framing;

/// <summary>The result of <see cref="FrameDecoder.Scan"/>: a frame, the need of more bytes, or a failure.</summary>
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

    /// <summary>The frame is not complete, and its length is not known yet.</summary>
    public static FrameScanResult NeedMore => default;

    internal FrameStatus Status { get; }

    /// <summary>
    /// The length of the frame in the stream, with header and delimiter. With <see cref="FrameStatus.NeedMore"/>, the number of bytes that the
    /// next scan needs, or 0 if it is not known.
    /// </summary>
    internal int Length { get; }

    internal int Start { get; }

    internal int Count { get; }

    internal FrameErrorKind Fault { get; }

    internal long Size { get; }

    internal string? Text { get; }

    /// <summary>
    /// The frame is not complete, and the number of bytes that the next scan needs is known. The decoder does not scan again before it has them.
    /// </summary>
    /// <param name="length">The number of bytes, counted from the first byte of the frame. It must be above the number of available bytes.</param>
    public static FrameScanResult NeedTotal(int length) => new(FrameStatus.NeedMore, length);

    /// <summary>The bytes begin with a complete frame.</summary>
    /// <param name="length">The length of the frame in the stream, with header and delimiter: 1 to the number of available bytes.</param>
    /// <param name="start">The index of the first byte that the decoder returns, usually the length of the header.</param>
    /// <param name="count">The number of bytes that the decoder returns: 0 to <paramref name="length"/> minus <paramref name="start"/>.</param>
    public static FrameScanResult Frame(int length, int start, int count) => new(FrameStatus.Frame, length, start, count);

    /// <summary>The frame is longer than the limit. The decoder fails.</summary>
    /// <param name="size">The size of the frame in bytes, as far as it is known.</param>
    public static FrameScanResult TooLong(long size) => new(FrameStatus.Failed, 0, fault: FrameErrorKind.TooLong, size: size);

    /// <summary>The bytes break a rule of the framing. The decoder fails.</summary>
    /// <param name="text">The message, such as "A length field is missing". The decoder adds the offset of the frame.</param>
    /// <param name="size">The size of the frame in bytes, as far as it is known.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public static FrameScanResult Malformed(string text, long size = 0) =>
        Failed(FrameErrorKind.Malformed, size, text ?? throw new ArgumentNullException(nameof(text)));

    internal static FrameScanResult Failed(FrameErrorKind fault, long size, string text) =>
        new(FrameStatus.Failed, 0, fault: fault, size: size, text: text);
}
