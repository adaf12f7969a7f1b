namespace ActorTcp.Framing;

/// <summary>
/// Frames with their length before them: bytes before the length field, the length field, and then as many bytes as the field
/// says plus the adjustment. The first two are the header.
/// </summary>
public sealed class LengthPrefixFraming : IFraming
{
    /// <summary>The most bytes before the length field.</summary>
    private const int LargestOffset = 256;

    private readonly byte[] _leading;

    /// <summary>Frames with their length before them.</summary>
    /// <param name="lengthField">The form of the length field.</param>
    /// <param name="maxLength">The most bytes behind the length field: 1 to 1 GiB.</param>
    /// <param name="byteOrder">The order of the length field's bytes; a varint has but one.</param>
    /// <param name="offset">How many bytes come before the length field: 0 to 256.</param>
    /// <param name="adjustment">
    /// What is added to the field's value to get the number of bytes behind it, -1 GiB to <paramref name="maxLength"/>: minus the
    /// size of the header where the field counts that too, the size of a checksum at the end where the field does not count it.
    /// </param>
    /// <param name="keepHeader">
    /// Whether frames are handed out with their header. Then a payload that is sent must have one, too, and is sent as it is.
    /// </param>
    /// <param name="leading">
    /// What the encoder writes before the length field: <paramref name="offset"/> bytes, copied; zeros where it is empty. The decoder does
    /// not look at them. Where the header is kept it must be empty.
    /// </param>
    /// <exception cref="ArgumentException">A value breaks its rule; the message names both.</exception>
    public LengthPrefixFraming(
        LengthField lengthField,
        int maxLength,
        ByteOrder byteOrder = ByteOrder.BigEndian,
        int offset = 0,
        int adjustment = 0,
        bool keepHeader = false,
        ReadOnlySpan<byte> leading = default)
    {
        LengthField = FramingArgument.Defined(lengthField);
        MaxLength = FramingArgument.Limit(maxLength);
        ByteOrder = FramingArgument.Defined(byteOrder);
        Offset = FramingArgument.InRange(offset, 0, LargestOffset);
        Adjustment = FramingArgument.InRange(adjustment, -FramingArgument.LargestLimit, maxLength);
        KeepHeader = keepHeader;
        if (!leading.IsEmpty && (keepHeader || leading.Length != offset))
        {
            throw new ArgumentException(
                $"leading has {leading.Length} bytes; it must have {(keepHeader ? "none where the header is kept" : $"{offset}, as offset says, or none")}.",
                nameof(leading));
        }

        _leading = leading.IsEmpty ? new byte[offset] : leading.ToArray();
    }

    /// <summary>The form of the length field.</summary>
    public LengthField LengthField { get; }

    /// <summary>The most bytes behind the length field.</summary>
    public int MaxLength { get; }

    /// <summary>The order of the length field's bytes.</summary>
    public ByteOrder ByteOrder { get; }

    /// <summary>How many bytes come before the length field.</summary>
    public int Offset { get; }

    /// <summary>What is added to the field's value to get the number of bytes behind it.</summary>
    public int Adjustment { get; }

    /// <summary>Whether frames are handed out with their header.</summary>
    public bool KeepHeader { get; }

    private LengthHeader Header => new(LengthField, ByteOrder, Offset, Adjustment, MaxLength);

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new LengthPrefixDecoder(Header, KeepHeader);

    /// <inheritdoc/>
    public IFrameEncoder CreateEncoder() => KeepHeader ? new LengthPrefixedEncoder(Header) : new LengthPrefixEncoder(Header, _leading);

    /// <summary>The framing in words.</summary>
    public override string ToString() => $"frames of at most {MaxLength} bytes behind their length ({LengthField}, {ByteOrder})";
}

/// <summary>Reads frames with their length before them.</summary>
internal sealed class LengthPrefixDecoder(LengthHeader header, bool keepHeader) : FrameDecoder(header.MaxLength, header.MaxSize)
{
    protected override FrameScanResult Scan(ReadOnlySpan<byte> bytes, int examined) => header.Scan(bytes, keepHeader);
}

/// <summary>Writes the length before payloads.</summary>
internal sealed class LengthPrefixEncoder(LengthHeader form, byte[] leading) : IFrameEncoder
{
    public int MaxHeaderLength => form.MaxSize;

    public bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal)
    {
        FramingArgument.HeaderRoom(header, this);
        refusal = Refuse(payload.Length);
        if (refusal is not null)
        {
            frame = default;
            return false;
        }

        leading.CopyTo(header);
        var size = form.Write(header.Span, (uint)form.ValueOf(payload.Length));
        frame = new EncodedFrame(header[..size], payload, default);
        return true;
    }

    private FrameError? Refuse(int length)
    {
        if (length > form.MaxLength)
        {
            return EncodeError.TooLong(length, form.MaxLength);
        }

        var value = form.ValueOf(length);
        if (value < 0)
        {
            return EncodeError.Of(FrameErrorKind.WrongLength, length, form.MaxLength, 0, $"A payload of {length} bytes would need {value} in its length field");
        }

        return value > form.MaxValue
            ? EncodeError.Of(FrameErrorKind.LengthFieldTooSmall, length, form.MaxLength, 0, $"A payload of {length} bytes needs {value} in its length field, which holds at most {form.MaxValue}")
            : null;
    }
}

/// <summary>Sends payloads that have their header already, once it is seen to be right.</summary>
internal sealed class LengthPrefixedEncoder(LengthHeader form) : IFrameEncoder
{
    public int MaxHeaderLength => 0;

    public bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal)
    {
        refusal = Refuse(payload.Span);
        frame = refusal is null ? new EncodedFrame(default, payload, default) : default;
        return refusal is null;
    }

    private FrameError? Refuse(ReadOnlySpan<byte> payload)
    {
        var scan = payload.IsEmpty ? FrameScanResult.NeedMore : form.Scan(payload, keepHeader: true);
        return scan.Status switch
        {
            FrameStatus.Frame when scan.Length == payload.Length => null,
            FrameStatus.Frame => Wrong(payload, $"says {scan.Length}"),
            FrameStatus.NeedMore => Wrong(payload, scan.Length == 0 ? "is missing" : $"says at least {scan.Length}"),
            _ when scan.Fault == FrameErrorKind.TooLong => EncodeError.TooLong(scan.Size, form.MaxLength),
            _ => EncodeError.Of(scan.Fault, scan.Size, form.MaxLength, form.Offset, $"{scan.Text}, in the header of a payload"),
        };
    }

    private FrameError Wrong(ReadOnlySpan<byte> payload, string what) => EncodeError.Of(
        FrameErrorKind.WrongLength,
        payload.Length,
        form.MaxLength,
        form.Offset,
        $"A payload of {payload.Length} bytes with its header has a header that {what}");
}
