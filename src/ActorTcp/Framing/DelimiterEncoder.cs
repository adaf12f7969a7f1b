namespace ActorTcp.Framing;

/// <summary>Writes frames that end with a sequence of bytes.</summary>
internal sealed class DelimiterEncoder : IFrameEncoder
{
    private readonly byte[] _delimiter;
    private readonly int _maxLength;
    private readonly bool _keepDelimiter;

    // How many bytes of the delimiter can stand before a whole one so that both together contain an earlier one: "ab" for "aba".
    private readonly int[] _periods;

    public DelimiterEncoder(byte[] delimiter, int maxLength, bool keepDelimiter)
    {
        _delimiter = delimiter;
        _maxLength = maxLength;
        _keepDelimiter = keepDelimiter;
        _periods = [.. Enumerable.Range(1, delimiter.Length - 1).Where(period => delimiter.AsSpan(period).SequenceEqual(delimiter.AsSpan(0, delimiter.Length - period)))];
    }

    public int MaxHeaderLength => 0;

    public bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal)
    {
        refusal = Refuse(payload.Span);
        frame = refusal is null ? new EncodedFrame(default, payload, _keepDelimiter ? default : _delimiter) : default;
        return refusal is null;
    }

    private FrameError? Refuse(ReadOnlySpan<byte> payload)
    {
        var body = payload;
        if (_keepDelimiter)
        {
            if (!payload.EndsWith(_delimiter))
            {
                return Refuse(payload, payload.Length, "does not end with the delimiter");
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
            return Refuse(payload, found, "contains the delimiter");
        }

        foreach (var period in _periods)
        {
            if (body.EndsWith(_delimiter.AsSpan(0, period)))
            {
                return Refuse(payload, body.Length - period, "ends so that it makes up a delimiter with the one behind it");
            }
        }

        return null;
    }

    private FrameError Refuse(ReadOnlySpan<byte> payload, int offset, string what) =>
        EncodeError.Of(FrameErrorKind.Delimiter, payload.Length, _maxLength, offset, $"A payload of {payload.Length} bytes {what} {Convert.ToHexString(_delimiter)} at {offset}");
}
