namespace ActorTcp.Framing;

/// <summary>Frames that are lines of text, in any encoding in which the bytes 10 and 13 mean nothing else (ASCII, UTF-8).</summary>
public sealed class LineFraming : IFraming
{
    private readonly DelimiterFraming? _demanded;

    /// <summary>Lines.</summary>
    /// <param name="maxLength">The most bytes of a line, its ending not counted: 1 to 1 GiB.</param>
    /// <param name="ending">What ends a line that is read.</param>
    /// <param name="written">
    /// What is written behind a line; null for a line feed where any ending is read, else for that which is read. Where any
    /// ending is read it may be either; else there is no choice.
    /// </param>
    /// <param name="keepEnding">
    /// Whether lines are handed out with their ending. Then a line that is sent must have one, too, and is sent as it is.
    /// </param>
    /// <exception cref="ArgumentException">A value breaks its rule; the message names both.</exception>
    public LineFraming(int maxLength, LineEnding ending = LineEnding.Any, LineEnding? written = null, bool keepEnding = false)
    {
        MaxLength = FramingArgument.Limit(maxLength);
        Ending = FramingArgument.Defined(ending);
        Written = written ?? (ending == LineEnding.Any ? LineEnding.LineFeed : ending);
        FramingArgument.Defined(Written, nameof(written));
        if (Written == LineEnding.Any)
        {
            throw new ArgumentException("written is Any; it must be LineFeed or CarriageReturnLineFeed.", nameof(written));
        }

        if (ending != LineEnding.Any && Written != ending)
        {
            throw new ArgumentException($"written is {Written}; it must be {ending} where only that is read.", nameof(written));
        }

        KeepEnding = keepEnding;
        _demanded = ending == LineEnding.Any ? null : new DelimiterFraming(EndingBytes, maxLength, keepEnding);
    }

    /// <summary>The most bytes of a line, its ending not counted.</summary>
    public int MaxLength { get; }

    /// <summary>What ends a line that is read.</summary>
    public LineEnding Ending { get; }

    /// <summary>What is written behind a line.</summary>
    public LineEnding Written { get; }

    /// <summary>Whether lines are handed out with their ending.</summary>
    public bool KeepEnding { get; }

    private byte[] EndingBytes => Written == LineEnding.LineFeed ? "\n"u8.ToArray() : "\r\n"u8.ToArray();

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => _demanded?.CreateDecoder() ?? new LineDecoder(MaxLength, KeepEnding);

    /// <inheritdoc/>
    public IFrameEncoder CreateEncoder() => _demanded?.CreateEncoder() ?? new LineEncoder(MaxLength, EndingBytes, KeepEnding);

    /// <summary>The framing in words.</summary>
    public override string ToString() => $"lines of at most {MaxLength} bytes, ending: {Ending}";
}

/// <summary>Reads lines that end with \n or \r\n.</summary>
internal sealed class LineDecoder(int maxLength, bool keepEnding) : FrameDecoder(maxLength, overhead: 2)
{
    private readonly int _maxLength = maxLength;

    protected override FrameScanResult Scan(ReadOnlySpan<byte> bytes, int examined)
    {
        // A line feed further on would end a line that is too long.
        var window = bytes[..(int)Math.Min(bytes.Length, _maxLength + 2L)];
        var found = window[examined..].IndexOf((byte)'\n');
        if (found < 0)
        {
            var mayEnd = window[^1] == '\r' ? 1 : 0;
            return window.Length - mayEnd > _maxLength ? FrameScanResult.TooLong(_maxLength + 1L) : FrameScanResult.NeedMore;
        }

        var feed = examined + found;
        var length = feed > 0 && window[feed - 1] == '\r' ? feed - 1 : feed;
        return length > _maxLength
            ? FrameScanResult.TooLong(_maxLength + 1L)
            : FrameScanResult.Frame(feed + 1, 0, keepEnding ? feed + 1 : length);
    }
}

/// <summary>Writes lines for a peer that reads \n and \r\n.</summary>
internal sealed class LineEncoder(int maxLength, byte[] ending, bool keepEnding) : IFrameEncoder
{
    private readonly ReadOnlyMemory<byte> _trailer = keepEnding ? ReadOnlyMemory<byte>.Empty : ending;

    public int MaxHeaderLength => 0;

    public bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal)
    {
        refusal = Refuse(payload.Span);
        frame = refusal is null ? new EncodedFrame(default, payload, _trailer) : default;
        return refusal is null;
    }

    private FrameError? Refuse(ReadOnlySpan<byte> payload)
    {
        var line = payload;
        if (keepEnding)
        {
            if (payload.IsEmpty || payload[^1] != '\n')
            {
                return Refuse(payload, payload.Length, @"does not end with \n");
            }

            line = payload.Length > 1 && payload[^2] == '\r' ? payload[..^2] : payload[..^1];
        }

        if (line.Length > maxLength)
        {
            return EncodeError.TooLong(line.Length, maxLength);
        }

        var found = line.IndexOf((byte)'\n');
        if (found >= 0)
        {
            return Refuse(payload, found, @"contains \n");
        }

        return !keepEnding && ending.Length == 1 && !line.IsEmpty && line[^1] == '\r'
            ? Refuse(payload, line.Length - 1, @"ends with \r, which the peer would take for a part of the ending \r\n,")
            : null;
    }

    private FrameError Refuse(ReadOnlySpan<byte> payload, int offset, string what) =>
        EncodeError.Of(FrameErrorKind.Delimiter, payload.Length, maxLength, offset, $"A line of {payload.Length} bytes {what} at {offset}");
}
