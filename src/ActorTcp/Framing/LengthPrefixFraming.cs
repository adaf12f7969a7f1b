namespace ActorTcp.Framing;

/// <summary>
/// A framing whose frames begin with a length field. A frame has a header (leading bytes and the length field) and a payload. Can be used
/// from any thread.
/// </summary>
/// <remarks>The length of the payload is the value of the length field plus the adjustment.</remarks>
public sealed class LengthPrefixFraming : IFraming
{
    /// <summary>The maximum number of bytes before the length field.</summary>
    private const int LargestOffset = 256;

    private readonly byte[] _leading;

    /// <summary>Creates a framing whose frames begin with a length field.</summary>
    /// <param name="lengthField">The format of the length field.</param>
    /// <param name="maxLength">The maximum number of bytes after the length field: 1 to 1 GiB.</param>
    /// <param name="byteOrder">The byte order of the length field. It has no effect on a varint. Defaults to big endian.</param>
    /// <param name="offset">The number of bytes before the length field: 0 to 256. Defaults to 0.</param>
    /// <param name="adjustment">
    /// The number that is added to the value of the length field to get the number of bytes after it: -1 GiB to <paramref name="maxLength"/>.
    /// If the length field includes the header, it is minus the size of the header. If the length field does not include a checksum at the
    /// end, it is the size of the checksum. Defaults to 0.
    /// </param>
    /// <param name="keepHeader">
    /// Whether received frames contain their header. If true, a payload to send must begin with a correct header, and nothing is added to it.
    /// Defaults to false.
    /// </param>
    /// <param name="leading">
    /// The <paramref name="offset"/> bytes that the encoder writes before the length field. They are copied. If it is empty, the encoder writes
    /// zeros. It must be empty if <paramref name="keepHeader"/> is true. The decoder ignores these bytes.
    /// </param>
    /// <exception cref="ArgumentException">An argument is out of its range. The message gives the value and the rule.</exception>
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
                $"leading has {leading.Length} bytes; it must have {(keepHeader ? "none if keepHeader is true" : $"{offset}, like offset, or none")}.",
                nameof(leading));
        }

        _leading = leading.IsEmpty ? new byte[offset] : leading.ToArray();
    }

    /// <summary>The format of the length field.</summary>
    public LengthField LengthField { get; }

    /// <summary>The maximum number of bytes after the length field.</summary>
    public int MaxLength { get; }

    /// <summary>The byte order of the length field. It has no effect on a varint.</summary>
    public ByteOrder ByteOrder { get; }

    /// <summary>The number of bytes before the length field.</summary>
    public int Offset { get; }

    /// <summary>The number that is added to the value of the length field to get the number of bytes after it.</summary>
    public int Adjustment { get; }

    /// <summary>Whether received frames, and payloads to send, contain their header.</summary>
    public bool KeepHeader { get; }

    /// <summary>The bytes that the encoder writes before the length field.</summary>
    public ReadOnlyMemory<byte> Leading => _leading;

    private LengthHeader Header => new(LengthField, ByteOrder, Offset, Adjustment, MaxLength);

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new LengthPrefixDecoder(Header, KeepHeader);

    /// <inheritdoc/>
    public IFrameEncoder CreateEncoder() => KeepHeader ? new LengthPrefixedEncoder(Header) : new LengthPrefixEncoder(Header, _leading);

    /// <summary>Returns a description of the framing, with its limit and its length field.</summary>
    public override string ToString() => $"frames of at most {MaxLength} bytes after their length ({LengthField}, {ByteOrder})";
}

/// <summary>Decodes frames that begin with a length field.</summary>
internal sealed class LengthPrefixDecoder(LengthHeader header, bool keepHeader) : FrameDecoder(header.MaxLength, header.MaxSize)
{
    protected override FrameScanResult Scan(ReadOnlySpan<byte> bytes, int examined) => header.Scan(bytes, keepHeader);
}

/// <summary>Encodes frames by writing a header before the payload.</summary>
internal sealed class LengthPrefixEncoder(LengthHeader format, byte[] leading) : IFrameEncoder
{
    public int MaxHeaderLength => format.MaxSize;

    public bool IsStateless => true;

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
        var size = format.Write(header.Span, (uint)format.ValueOf(payload.Length));
        frame = new EncodedFrame(header[..size], payload, default);
        return true;
    }

    private FrameError? Refuse(int length)
    {
        if (length > format.MaxLength)
        {
            return EncodeError.TooLong(length, format.MaxLength);
        }

        var value = format.ValueOf(length);
        if (value < 0)
        {
            return EncodeError.Of(FrameErrorKind.WrongLength, length, format.MaxLength, 0, $"A payload of {length} bytes needs the length field {value}; it must be 0 or above");
        }

        return value > format.MaxValue
            ? EncodeError.Of(FrameErrorKind.LengthFieldTooSmall, length, format.MaxLength, 0, $"A payload of {length} bytes needs the length field {value}; it must be at most {format.MaxValue}")
            : null;
    }
}

/// <summary>Checks the header of payloads that already have one, and adds nothing to them.</summary>
internal sealed class LengthPrefixedEncoder(LengthHeader format) : IFrameEncoder
{
    public int MaxHeaderLength => 0;

    public bool IsStateless => true;

    public bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal)
    {
        refusal = Refuse(payload.Span);
        frame = refusal is null ? new EncodedFrame(default, payload, default) : default;
        return refusal is null;
    }

    private FrameError? Refuse(ReadOnlySpan<byte> payload)
    {
        var scan = payload.IsEmpty ? FrameScanResult.NeedMore : format.Scan(payload, keepHeader: true);
        return scan.Status switch
        {
            FrameStatus.Frame when scan.Length == payload.Length => null,
            FrameStatus.Frame => WrongLength(payload, $"gives {scan.Length} bytes"),
            FrameStatus.NeedMore => WrongLength(payload, scan.Length == 0 ? "is missing" : $"gives at least {scan.Length} bytes"),
            _ when scan.Fault == FrameErrorKind.TooLong => EncodeError.TooLong(scan.Size, format.MaxLength),
            _ => EncodeError.Of(scan.Fault, scan.Size, format.MaxLength, format.Offset, $"{scan.Text}, in the header of a payload"),
        };
    }

    private FrameError WrongLength(ReadOnlySpan<byte> payload, string header) => EncodeError.Of(
        FrameErrorKind.WrongLength,
        payload.Length,
        format.MaxLength,
        format.Offset,
        $"A payload has {payload.Length} bytes, but its header {header}; both must be the same");
}
