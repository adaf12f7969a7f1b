namespace ActorTcp.Framing;

/// <summary>A framing whose frames are lines of text. Can be used from any thread.</summary>
/// <remarks>The encoding of the text must use the bytes 10 and 13 for \n and \r only, as ASCII and UTF-8 do. UTF-16 does not.</remarks>
public sealed class LineFraming : IFraming
{
    /// <summary>The implementation for one exact ending; null if received lines may have any ending.</summary>
    private readonly DelimiterFraming? _exactEnding;

    /// <summary>Creates a framing whose frames are lines.</summary>
    /// <param name="maxLength">The maximum length of a line in bytes, without its ending: 1 to 1 GiB.</param>
    /// <param name="ending">The ending of received lines. Defaults to \n or \r\n.</param>
    /// <param name="written">
    /// The ending of sent lines: <see cref="LineEnding.LineFeed"/> or <see cref="LineEnding.CarriageReturnLineFeed"/>. It must equal
    /// <paramref name="ending"/>, unless that is <see cref="LineEnding.Any"/>. Null, the default, means the same as <paramref name="ending"/>,
    /// or a line feed if that is <see cref="LineEnding.Any"/>.
    /// </param>
    /// <param name="keepEnding">
    /// Whether received lines contain their ending. If true, a line to send must have an ending, and nothing is added to it. Defaults to false.
    /// </param>
    /// <exception cref="ArgumentException">An argument is out of its range. The message gives the value and the rule.</exception>
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
            throw new ArgumentException($"written is {Written}; it must be {ending}, like ending.", nameof(written));
        }

        KeepEnding = keepEnding;
        _exactEnding = ending == LineEnding.Any ? null : new DelimiterFraming(EndingBytes, maxLength, keepEnding);
    }

    /// <summary>The maximum length of a line in bytes, without its ending.</summary>
    public int MaxLength { get; }

    /// <summary>The ending of received lines.</summary>
    public LineEnding Ending { get; }

    /// <summary>The ending of sent lines; never <see cref="LineEnding.Any"/>.</summary>
    public LineEnding Written { get; }

    /// <summary>Whether received lines, and lines to send, contain their ending.</summary>
    public bool KeepEnding { get; }

    private byte[] EndingBytes => Written == LineEnding.LineFeed ? "\n"u8.ToArray() : "\r\n"u8.ToArray();

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => _exactEnding?.CreateDecoder() ?? new LineDecoder(MaxLength, KeepEnding);

    /// <inheritdoc/>
    public IFrameEncoder CreateEncoder() => _exactEnding?.CreateEncoder() ?? new LineEncoder(MaxLength, EndingBytes, KeepEnding);

    /// <summary>Returns a description of the framing, with its limit and the ending of received lines.</summary>
    public override string ToString() => $"lines of at most {MaxLength} bytes, ending: {Ending}";
}

/// <summary>Decodes lines that end with \n or \r\n.</summary>
internal sealed class LineDecoder(int maxLength, bool keepEnding) : FrameDecoder(maxLength, overhead: 2)
{
    private readonly int _maxLength = maxLength;

    protected override FrameScanResult Scan(ReadOnlySpan<byte> bytes, int examined)
    {
        // A line feed after the longest line and \r\n ends a line that is too long, so it is not searched for.
        var window = bytes[..(int)Math.Min(bytes.Length, _maxLength + 2L)];
        var found = window[examined..].IndexOf((byte)'\n');
        if (found < 0)
        {
            // A final \r may be the first byte of the ending \r\n, so it does not count.
            var endingBytes = window[^1] == '\r' ? 1 : 0;
            return window.Length - endingBytes > _maxLength ? FrameScanResult.TooLong(_maxLength + 1L) : FrameScanResult.NeedMore;
        }

        var feed = examined + found;
        var length = feed > 0 && window[feed - 1] == '\r' ? feed - 1 : feed;
        return length > _maxLength
            ? FrameScanResult.TooLong(_maxLength + 1L)
            : FrameScanResult.Frame(feed + 1, 0, keepEnding ? feed + 1 : length);
    }
}

/// <summary>Encodes lines for a peer that reads \n and \r\n as the ending.</summary>
internal sealed class LineEncoder(int maxLength, byte[] ending, bool keepEnding) : IFrameEncoder
{
    private readonly ReadOnlyMemory<byte> _trailer = keepEnding ? ReadOnlyMemory<byte>.Empty : ending;

    public int MaxHeaderLength => 0;

    public bool IsStateless => true;

    public bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal)
    {
        refusal = Validate(payload.Span);
        frame = refusal is null ? new EncodedFrame(default, payload, _trailer) : default;
        return refusal is null;
    }

    private FrameError? Validate(ReadOnlySpan<byte> payload)
    {
        var line = payload;
        if (keepEnding)
        {
            if (payload.IsEmpty || payload[^1] != '\n')
            {
                return Error(payload, payload.Length, @"does not end with \n");
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
            return Error(payload, found, @"contains \n");
        }

        return !keepEnding && ending.Length == 1 && !line.IsEmpty && line[^1] == '\r'
            ? Error(payload, line.Length - 1, @"ends with \r, which the peer would read as part of the ending \r\n")
            : null;
    }

    private FrameError Error(ReadOnlySpan<byte> payload, int offset, string fault) =>
        EncodeError.Of(FrameErrorKind.Delimiter, payload.Length, maxLength, offset, $"A line of {payload.Length} bytes {fault}, at offset {offset}");
}
