using ActorTcp.Buffers;

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
