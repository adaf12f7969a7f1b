using ActorTcp.Framing;

namespace ActorTcp.Demo;

/// <summary>
/// Lines that people type. A line ends with LF (ncat), CR LF (telnet), CR NUL (telnet in character mode) or CR alone. Lines are sent
/// with CR LF.
/// </summary>
/// <param name="maxLength">The most bytes of a line, without its ending.</param>
internal sealed class TypedLineFraming(int maxLength) : IFraming
{
    public IFrameDecoder CreateDecoder() => new TypedLineDecoder(maxLength);

    public IFrameEncoder CreateEncoder() => new LineFraming(maxLength, LineEnding.CarriageReturnLineFeed).CreateEncoder();

    public override string ToString() => $"typed lines of at most {maxLength} bytes";
}

/// <summary>
/// Ends a line at the first CR or LF, so that a line that ends with CR alone is not kept until the next byte arrives. An LF or NUL after
/// a CR belongs to the ending, and may arrive later than the CR. The decoder skips it then.
/// </summary>
internal sealed class TypedLineDecoder(int maxLength) : IFrameDecoder
{
    private readonly LineScanner _lines = new(maxLength);
    private bool _isAfterReturn;

    public long Offset => _lines.Offset;

    public int Buffered => _lines.Buffered;

    public FrameError? Failure => _lines.Failure;

    public FrameStatus TryRead(ref ReadOnlyMemory<byte> input, out Frame frame)
    {
        SkipRestOfEnding(ref input);
        var before = input;
        var status = _lines.TryRead(ref input, out frame);
        if (status == FrameStatus.Frame)
        {
            // The byte that ends the line is always the last one that was read of the input.
            _isAfterReturn = before.Span[before.Length - input.Length - 1] == '\r';
            SkipRestOfEnding(ref input);
        }

        return status;
    }

    public Lease? TakeBuffered() => _lines.TakeBuffered();

    public void Reset(long offset = 0)
    {
        _isAfterReturn = false;
        _lines.Reset(offset);
    }

    private void SkipRestOfEnding(ref ReadOnlyMemory<byte> input)
    {
        if (!_isAfterReturn || input.IsEmpty)
        {
            return;
        }

        _isAfterReturn = false;
        if (input.Span[0] is (byte)'\n' or 0)
        {
            // Between two lines the scanner keeps nothing, so only its offset changes.
            input = input[1..];
            _lines.Reset(_lines.Offset + 1);
        }
    }

    private sealed class LineScanner(int maxLength) : FrameDecoder(maxLength, overhead: 1)
    {
        private readonly int _maxLength = maxLength;

        protected override FrameScanResult Scan(ReadOnlySpan<byte> bytes, int examined)
        {
            var window = bytes[..Math.Min(bytes.Length, _maxLength + 1)];
            var found = window[examined..].IndexOfAny((byte)'\r', (byte)'\n');
            if (found >= 0)
            {
                return FrameScanResult.Frame(examined + found + 1, 0, examined + found);
            }

            return window.Length > _maxLength ? FrameScanResult.TooLong(window.Length) : FrameScanResult.NeedMore;
        }
    }
}
