namespace ActorTcp.Framing;

/// <summary>Frames that end with a fixed sequence of bytes.</summary>
public sealed class DelimiterFraming : IFraming
{
    private const int LongestDelimiter = 256;

    private readonly byte[] _delimiter;

    /// <summary>Frames that end with a delimiter.</summary>
    /// <param name="delimiter">The delimiter: 1 to 256 bytes, copied.</param>
    /// <param name="maxLength">The most bytes of a frame, its delimiter not counted: 1 to 1 GiB.</param>
    /// <param name="keepDelimiter">
    /// Whether frames are handed out with their delimiter. Then a payload that is sent must have one, too, and is sent as it is.
    /// </param>
    /// <exception cref="ArgumentException">A value breaks its rule; the message names both.</exception>
    public DelimiterFraming(ReadOnlySpan<byte> delimiter, int maxLength, bool keepDelimiter = false)
    {
        if (delimiter.Length is < 1 or > LongestDelimiter)
        {
            throw new ArgumentException($"delimiter has {delimiter.Length} bytes; it must have 1 to {LongestDelimiter}.", nameof(delimiter));
        }

        MaxLength = FramingArgument.Limit(maxLength);
        KeepDelimiter = keepDelimiter;
        _delimiter = delimiter.ToArray();
    }

    /// <summary>The delimiter.</summary>
    public ReadOnlyMemory<byte> Delimiter => _delimiter;

    /// <summary>The most bytes of a frame, its delimiter not counted.</summary>
    public int MaxLength { get; }

    /// <summary>Whether frames are handed out with their delimiter.</summary>
    public bool KeepDelimiter { get; }

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new DelimiterDecoder(_delimiter, MaxLength, KeepDelimiter);

    /// <inheritdoc/>
    public IFrameEncoder CreateEncoder() => new DelimiterEncoder(_delimiter, MaxLength, KeepDelimiter);

    /// <summary>The framing in words.</summary>
    public override string ToString() => $"frames of at most {MaxLength} bytes, ending with {Convert.ToHexString(_delimiter)}";
}

/// <summary>Reads frames that end with a sequence of bytes.</summary>
internal sealed class DelimiterDecoder(byte[] delimiter, int maxLength, bool keepDelimiter) : FrameDecoder(maxLength, delimiter.Length)
{
    private readonly byte[] _delimiter = delimiter;
    private readonly int _maxLength = maxLength;

    protected override FrameScanResult Scan(ReadOnlySpan<byte> bytes, int examined)
    {
        // A delimiter further on would end a frame that is too long.
        var window = bytes[..(int)Math.Min(bytes.Length, (long)_maxLength + _delimiter.Length)];
        var from = Math.Max(0, examined - (_delimiter.Length - 1));
        var found = window[from..].IndexOf(_delimiter);
        if (found >= 0)
        {
            var length = from + found;
            return FrameScanResult.Frame(length + _delimiter.Length, 0, keepDelimiter ? length + _delimiter.Length : length);
        }

        return MayStillEnd(window) ? FrameScanResult.NeedMore : FrameScanResult.TooLong(_maxLength + 1L);
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
