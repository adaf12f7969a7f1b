namespace ActorTcp.Framing;

/// <summary>Encodes frames that end with a delimiter.</summary>
internal sealed class DelimiterEncoder : IFrameEncoder
{
    private readonly byte[] _delimiter;
    private readonly int _maxLength;
    private readonly bool _keepDelimiter;

    // The periods of the delimiter. If a payload ends with the first p bytes of the delimiter, and p is a period, the delimiter that follows
    // completes an earlier match. For the delimiter "aba" (period 2), the payload "xab" is sent as "xababa", and the peer reads the frame "x".
    private readonly int[] _delimiterPeriods;

    public DelimiterEncoder(byte[] delimiter, int maxLength, bool keepDelimiter)
    {
        _delimiter = delimiter;
        _maxLength = maxLength;
        _keepDelimiter = keepDelimiter;
        _delimiterPeriods = [.. Enumerable.Range(1, delimiter.Length - 1).Where(period => delimiter.AsSpan(period).SequenceEqual(delimiter.AsSpan(0, delimiter.Length - period)))];
    }

    public int MaxHeaderLength => 0;

    public bool IsStateless => true;

    public bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal)
    {
        refusal = Validate(payload.Span);
        frame = refusal is null ? new EncodedFrame(default, payload, _keepDelimiter ? default : _delimiter) : default;
        return refusal is null;
    }

    private FrameError? Validate(ReadOnlySpan<byte> payload)
    {
        var body = payload;
        if (_keepDelimiter)
        {
            if (!payload.EndsWith(_delimiter))
            {
                return Error(payload, payload.Length, "does not end with the delimiter");
            }

            body = payload[..^_delimiter.Length];
        }

        if (body.Length > _maxLength)
        {
            return EncodeError.TooLong(body.Length, _maxLength);
        }

        var found = body.IndexOf(_delimiter);
        if (found >= 0)
        {
            return Error(payload, found, "contains the delimiter");
        }

        foreach (var period in _delimiterPeriods)
        {
            if (body.EndsWith(_delimiter.AsSpan(0, period)))
            {
                return Error(payload, body.Length - period, "ends with bytes that, together with the delimiter after it, contain an earlier delimiter");
            }
        }

        return null;
    }

    private FrameError Error(ReadOnlySpan<byte> payload, int offset, string fault) => EncodeError.Of(
        FrameErrorKind.Delimiter,
        payload.Length,
        _maxLength,
        offset,
        $"A payload of {payload.Length} bytes {fault}, at offset {offset}; the delimiter is {Convert.ToHexString(_delimiter)}");
}
