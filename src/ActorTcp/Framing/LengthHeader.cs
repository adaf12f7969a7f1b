namespace ActorTcp.Framing;

/// <summary>The header of a frame: leading bytes, which the decoder ignores, and the length field.</summary>
internal sealed class LengthHeader(LengthField lengthField, ByteOrder byteOrder, int offset, int adjustment, int maxLength)
{
    private const int LongestVarint = 5;

    /// <summary>The maximum number of bytes after the header.</summary>
    public int MaxLength => maxLength;

    /// <summary>The maximum size of the header in bytes.</summary>
    public int MaxSize => offset + (lengthField == LengthField.Varint ? LongestVarint : (int)lengthField);

    /// <summary>The number of leading bytes before the length field.</summary>
    public int Offset => offset;

    /// <summary>The largest value of the length field.</summary>
    public long MaxValue => lengthField == LengthField.Varint ? uint.MaxValue : (1L << (8 * (int)lengthField)) - 1;

    /// <summary>The number of bytes after the header, for a value of the length field.</summary>
    public long LengthOf(long value) => value + adjustment;

    /// <summary>The value of the length field, for a number of bytes after the header. It may be out of the field's range.</summary>
    public long ValueOf(int length) => (long)length - adjustment;

    /// <summary>Reads the header at the start of the bytes, and looks for the frame.</summary>
    public FrameScanResult Scan(ReadOnlySpan<byte> bytes, bool keepHeader)
    {
        if (ReadField(bytes, out var value, out var size) is { } incompleteOrWrong)
        {
            return incompleteOrWrong;
        }

        var length = LengthOf(value);
        if (length < 0)
        {
            return FrameScanResult.Failed(FrameErrorKind.WrongLength, length, $"A length field of {value} plus the adjustment of {adjustment} is below 0");
        }

        if (length > maxLength)
        {
            return FrameScanResult.TooLong(length);
        }

        var total = (int)(size + length);
        return bytes.Length < total
            ? FrameScanResult.NeedTotal(total)
            : FrameScanResult.Frame(total, keepHeader ? 0 : size, keepHeader ? total : (int)length);
    }

    /// <summary>Writes the length field at its offset.</summary>
    /// <returns>The size of the header in bytes.</returns>
    public int Write(Span<byte> header, uint value)
    {
        var target = header[offset..];
        if (lengthField == LengthField.Varint)
        {
            var count = 0;
            for (; value > 0x7F; value >>= 7)
            {
                target[count++] = (byte)(value | 0x80);
            }

            target[count++] = (byte)value;
            return offset + count;
        }

        var size = (int)lengthField;
        for (var i = 0; i < size; i++)
        {
            target[byteOrder == ByteOrder.LittleEndian ? i : size - 1 - i] = (byte)(value >> (8 * i));
        }

        return offset + size;
    }

    /// <summary>Reads the length field. Returns null on success; otherwise the result of the scan, because bytes are missing or wrong.</summary>
    private FrameScanResult? ReadField(ReadOnlySpan<byte> bytes, out long value, out int headerSize)
    {
        value = 0;
        headerSize = lengthField == LengthField.Varint ? offset + 1 : offset + (int)lengthField;
        if (bytes.Length < headerSize)
        {
            return FrameScanResult.NeedTotal(headerSize);
        }

        if (lengthField == LengthField.Varint)
        {
            return ReadVarint(bytes, out value, out headerSize);
        }

        var number = bytes.Slice(offset, (int)lengthField);
        for (var i = 0; i < number.Length; i++)
        {
            value = (value << 8) | number[byteOrder == ByteOrder.LittleEndian ? number.Length - 1 - i : i];
        }

        return null;
    }

    private FrameScanResult? ReadVarint(ReadOnlySpan<byte> bytes, out long value, out int headerSize)
    {
        value = 0;
        headerSize = offset;
        for (var shift = 0; shift < 7 * LongestVarint; shift += 7)
        {
            if (headerSize == bytes.Length)
            {
                return FrameScanResult.NeedTotal(headerSize + 1);
            }

            var next = bytes[headerSize++];
            value |= (long)(next & 0x7F) << shift;
            if (next <= 0x7F)
            {
                return value <= uint.MaxValue
                    ? null
                    : FrameScanResult.Failed(FrameErrorKind.MalformedLength, value, $"A varint length field of {value} exceeds 32 bits");
            }
        }

        return FrameScanResult.Failed(FrameErrorKind.MalformedLength, 0, $"A varint length field exceeds {LongestVarint} bytes");
    }
}
