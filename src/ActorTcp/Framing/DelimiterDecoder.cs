namespace ActorTcp.Framing;

/// <summary>Reads frames that end with a sequence of bytes.</summary>
internal sealed class DelimiterDecoder(byte[] delimiter, int maxLength, bool keepDelimiter) : FrameDecoder(maxLength, delimiter.Length)
{
    private readonly byte[] _delimiter = delimiter;
    private readonly int _maxLength = maxLength;

    protected override FrameScan Scan(ReadOnlySpan<byte> bytes, int examined)
    {
        // A delimiter further on would end a frame that is too long.
        var window = bytes[..(int)Math.Min(bytes.Length, (long)_maxLength + _delimiter.Length)];
        var from = Math.Max(0, examined - (_delimiter.Length - 1));
        var found = window[from..].IndexOf(_delimiter);
        if (found >= 0)
        {
            var length = from + found;
            return FrameScan.Frame(length + _delimiter.Length, 0, keepDelimiter ? length + _delimiter.Length : length);
        }

        return MayStillEnd(window) ? FrameScan.NeedMore : FrameScan.TooLong(_maxLength + 1L);
    }

    /// <summary>Whether a delimiter can still begin in time: there is room before it, or the last bytes are the first of one.</summary>
    private bool MayStillEnd(ReadOnlySpan<byte> window)
    {
        for (var begun = Math.Max(0, window.Length - _maxLength); begun < _delimiter.Length; begun++)
        {
            if (window.EndsWith(_delimiter.AsSpan(0, begun)))
            {
                return true;
            }
        }

        return false;
    }
}
