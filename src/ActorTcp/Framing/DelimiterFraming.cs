namespace ActorTcp.Framing;

/// <summary>A framing whose frames end with a delimiter, a fixed sequence of bytes. Can be used from any thread.</summary>
public sealed class DelimiterFraming : IFraming
{
    private const int MaxDelimiterLength = 256;

    private readonly byte[] _delimiter;

    /// <summary>Creates a framing whose frames end with a delimiter.</summary>
    /// <param name="delimiter">The delimiter: 1 to 256 bytes. It is copied.</param>
    /// <param name="maxLength">The maximum length of a frame in bytes, without its delimiter: 1 to 1 GiB.</param>
    /// <param name="keepDelimiter">
    /// Whether received frames contain their delimiter. If true, a payload to send must end with the delimiter, and nothing is added to it.
    /// Defaults to false.
    /// </param>
    /// <exception cref="ArgumentException">An argument is out of its range. The message gives the value and the rule.</exception>
    public DelimiterFraming(ReadOnlySpan<byte> delimiter, int maxLength, bool keepDelimiter = false)
    {
        if (delimiter.Length is < 1 or > MaxDelimiterLength)
        {
            throw new ArgumentException($"delimiter has {delimiter.Length} bytes; it must have 1 to {MaxDelimiterLength}.", nameof(delimiter));
        }

        MaxLength = FramingArgument.Limit(maxLength);
        KeepDelimiter = keepDelimiter;
        _delimiter = delimiter.ToArray();
    }

    /// <summary>The bytes that end a frame, 1 to 256.</summary>
    public ReadOnlyMemory<byte> Delimiter => _delimiter;

    /// <summary>The maximum length of a frame in bytes, without its delimiter.</summary>
    public int MaxLength { get; }

    /// <summary>Whether received frames, and payloads to send, contain their delimiter.</summary>
    public bool KeepDelimiter { get; }

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new DelimiterDecoder(_delimiter, MaxLength, KeepDelimiter);

    /// <inheritdoc/>
    public IFrameEncoder CreateEncoder() => new DelimiterEncoder(_delimiter, MaxLength, KeepDelimiter);

    /// <summary>Returns a description of the framing, with its limit and its delimiter in hexadecimal.</summary>
    public override string ToString() => $"frames of at most {MaxLength} bytes, ending with {Convert.ToHexString(_delimiter)}";
}

/// <summary>Decodes frames that end with a delimiter.</summary>
internal sealed class DelimiterDecoder(byte[] delimiter, int maxLength, bool keepDelimiter) : FrameDecoder(maxLength, delimiter.Length)
{
    private readonly byte[] _delimiter = delimiter;
    private readonly int _maxLength = maxLength;

    protected override FrameScanResult Scan(ReadOnlySpan<byte> bytes, int examined)
    {
        // A delimiter that begins after maxLength bytes ends a frame that is too long, so it is not searched for.
        var window = bytes[..(int)Math.Min(bytes.Length, (long)_maxLength + _delimiter.Length)];
        var from = Math.Max(0, examined - (_delimiter.Length - 1));
        var found = window[from..].IndexOf(_delimiter);
        if (found >= 0)
        {
            var length = from + found;
            return FrameScanResult.Frame(length + _delimiter.Length, 0, keepDelimiter ? length + _delimiter.Length : length);
        }

        return CanStillEnd(window) ? FrameScanResult.NeedMore : FrameScanResult.TooLong(_maxLength + 1L);
    }

    /// <summary>
    /// Whether the next bytes can end the frame within its limit: it has fewer bytes than the limit, or its last bytes are the beginning of
    /// a delimiter.
    /// </summary>
    private bool CanStillEnd(ReadOnlySpan<byte> window)
    {
        for (var received = Math.Max(0, window.Length - _maxLength); received < _delimiter.Length; received++)
        {
            if (window.EndsWith(_delimiter.AsSpan(0, received)))
            {
                return true;
            }
        }

        return false;
    }
}
