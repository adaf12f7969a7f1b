namespace ActorTcp.Framing;

/// <summary>Reads lines that end with \n or \r\n.</summary>
internal sealed class LineDecoder(int maxLength, bool keepEnding) : FrameDecoder(maxLength, overhead: 2)
{
    private readonly int _maxLength = maxLength;

    protected override FrameScan Scan(ReadOnlySpan<byte> bytes, int examined)
    {
        // A line feed further on would end a line that is too long.
        var window = bytes[..(int)Math.Min(bytes.Length, _maxLength + 2L)];
        var found = window[examined..].IndexOf((byte)'\n');
        if (found < 0)
        {
            var mayEnd = window[^1] == '\r' ? 1 : 0;
            return window.Length - mayEnd > _maxLength ? FrameScan.TooLong(_maxLength + 1L) : FrameScan.NeedMore;
        }

        var feed = examined + found;
        var length = feed > 0 && window[feed - 1] == '\r' ? feed - 1 : feed;
        return length > _maxLength
            ? FrameScan.TooLong(_maxLength + 1L)
            : FrameScan.Frame(feed + 1, 0, keepEnding ? feed + 1 : length);
    }
}
