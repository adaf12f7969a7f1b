namespace ActorTcp.Tests.Framing;

public sealed class LengthPrefixFramingTests(ITestOutputHelper output) : FramingPromises(output)
{
    private static readonly (int Offset, int Adjustment)[] OffsetsAndAdjustments = [(0, 0), (3, 0), (0, -1), (2, -6), (1, 2)];

    [Theory]
    [InlineData(LengthField.OneByte, ByteOrder.BigEndian, 200, "C8")]
    [InlineData(LengthField.TwoBytes, ByteOrder.BigEndian, 258, "0102")]
    [InlineData(LengthField.TwoBytes, ByteOrder.LittleEndian, 258, "0201")]
    [InlineData(LengthField.ThreeBytes, ByteOrder.BigEndian, 66051, "010203")]
    [InlineData(LengthField.ThreeBytes, ByteOrder.LittleEndian, 66051, "030201")]
    [InlineData(LengthField.FourBytes, ByteOrder.BigEndian, 66051, "00010203")]
    [InlineData(LengthField.FourBytes, ByteOrder.LittleEndian, 66051, "03020100")]
    [InlineData(LengthField.Varint, ByteOrder.BigEndian, 0, "00")]
    [InlineData(LengthField.Varint, ByteOrder.BigEndian, 127, "7F")]
    [InlineData(LengthField.Varint, ByteOrder.BigEndian, 128, "8001")]
    [InlineData(LengthField.Varint, ByteOrder.BigEndian, 300, "AC02")]
    [InlineData(LengthField.Varint, ByteOrder.BigEndian, 66051, "838404")]
    public void Length_field_of_each_form_is_written_and_read(LengthField lengthField, ByteOrder order, int length, string header)
    {
        var framing = new LengthPrefixFraming(lengthField, 1 << 20, order);

        var stream = Encode(framing, [new byte[length]], out _);

        Assert.Equal(header, Convert.ToHexString(stream[..^length]));
        Assert.Equal(length, Assert.Single(Decoding.Of(framing, stream, [1]).Frames).Length);
    }

    [Theory]
    [InlineData(0, 0, false, "0003 414243", "414243")]
    [InlineData(0, 0, true, "0003 414243", "0003414243")]
    [InlineData(0, -2, false, "0005 414243", "414243")]
    [InlineData(0, 2, false, "0001 414243", "414243")]
    [InlineData(3, 0, false, "FFFFFF 0003 414243", "414243")]
    [InlineData(3, 0, true, "FFFFFF 0003 414243", "FFFFFF0003414243")]
    [InlineData(3, -5, true, "FFFFFF 0008 414243", "FFFFFF0008414243")]
    [InlineData(0, 0, false, "0000", "")]
    public void Offset_and_adjustment_define_where_the_length_is_and_what_it_counts(int offset, int adjustment, bool keep, string stream, string frame)
    {
        var framing = new LengthPrefixFraming(LengthField.TwoBytes, 100, offset: offset, adjustment: adjustment, keepHeader: keep);

        var decoding = Decoding.Of(framing, Bytes(stream), []);

        Assert.Equal(frame, Convert.ToHexString(Assert.Single(decoding.Frames)));
        Assert.Null(decoding.Decoder.Failure);
    }

    [Fact]
    public void Encoder_writes_the_leading_bytes_before_the_length()
    {
        var framing = new LengthPrefixFraming(LengthField.OneByte, 100, offset: 2, leading: "HI"u8);
        Assert.Equal("HI\u0003abc"u8.ToArray(), Encode(framing, ["abc"u8.ToArray()], out _));

        var zeros = new LengthPrefixFraming(LengthField.OneByte, 100, offset: 2);
        Assert.Equal("\0\0\u0003abc"u8.ToArray(), Encode(zeros, ["abc"u8.ToArray()], out _));
    }

    [Theory]
    [InlineData(LengthField.OneByte, 0, "65")]
    [InlineData(LengthField.TwoBytes, 0, "0065")]
    [InlineData(LengthField.ThreeBytes, 0, "FFFFFF")]
    [InlineData(LengthField.FourBytes, 0, "FFFFFFFF")]
    [InlineData(LengthField.FourBytes, 2, "AAAA 00000065")]
    [InlineData(LengthField.Varint, 0, "65")]
    [InlineData(LengthField.Varint, 0, "FFFFFFFF0F")]
    public void A_length_above_the_limit_fails_with_the_last_byte_of_its_field(LengthField lengthField, int offset, string header)
    {
        var bytes = Bytes(header);
        var decoding = new Decoding(new LengthPrefixFraming(lengthField, 100, offset: offset).CreateDecoder(), bytes.Length - 1);
        for (var i = 0; i < bytes.Length - 1; i++)
        {
            Assert.Equal(FrameStatus.NeedMore, decoding.Feed(bytes.AsSpan(i, 1)));
        }

        Assert.Equal(FrameStatus.Failed, decoding.Feed([bytes[^1], .. new byte[10]]));

        Assert.Equal((FrameErrorKind.TooLong, 100, 0), (decoding.Decoder.Failure!.Fault, decoding.Decoder.Failure.Limit, decoding.Decoder.Failure.Offset));
        Assert.InRange(decoding.Decoder.Failure.Size, 101, uint.MaxValue);
        Assert.Equal([.. bytes, .. new byte[10]], decoding.TakeRemaining());
    }

    [Fact]
    public void Failure_reports_the_size_the_limit_and_the_offset()
    {
        var decoding = Decoding.Of(new LengthPrefixFraming(LengthField.TwoBytes, 100), Bytes("0001 41 FFFF"), []);

        Assert.Equal(
            new FrameError(FrameErrorKind.TooLong, 65535, 100, 3, "A frame of 65535 bytes at offset 3 exceeds the limit of 100 bytes"),
            decoding.Decoder.Failure);
    }

    [Theory]
    [InlineData(LengthField.TwoBytes, "0003", FrameErrorKind.WrongLength, "A length field of 3 plus the adjustment of -4 is below 0, at offset 0")]
    [InlineData(LengthField.Varint, "8080808080", FrameErrorKind.MalformedLength, "A varint length field exceeds 5 bytes, at offset 0")]
    [InlineData(LengthField.Varint, "FFFFFFFF10", FrameErrorKind.MalformedLength, "A varint length field of 4563402751 exceeds 32 bits, at offset 0")]
    public void Impossible_length_fails(LengthField lengthField, string stream, FrameErrorKind fault, string text)
    {
        var failure = Decoding.Of(new LengthPrefixFraming(lengthField, 100, adjustment: -4), Bytes(stream), []).Decoder.Failure;

        Assert.Equal(fault, failure?.Fault);
        Assert.EndsWith(text, failure?.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Announced_length_uses_no_memory_before_its_bytes_arrive()
    {
        var decoder = new LengthPrefixFraming(LengthField.FourBytes, 1 << 30).CreateDecoder();
        ReadOnlyMemory<byte> input = new byte[] { 0x40, 0, 0, 0, 1, 2, 3 };
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(FrameStatus.NeedMore, decoder.TryRead(ref input, out _));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
        Assert.Equal(7, decoder.Buffered);
    }

    [Fact]
    public void Frame_of_three_megabytes_in_many_segments_is_assembled()
    {
        var framing = new LengthPrefixFraming(LengthField.FourBytes, 1 << 22);
        var payload = new byte[3_000_000];
        new Random(1).NextBytes(payload);
        var stream = Encode(framing, [payload, [1, 2, 3]], out _);

        var decoding = Decoding.Of(framing, stream, Enumerable.Range(0, 3000).Select(i => i * 1001));

        Assert.Equal(2, decoding.Frames.Count);
        Assert.Equal(payload, decoding.Frames[0]);
        Assert.Equal([1, 2, 3], decoding.Frames[1]);
    }

    [Theory]
    [InlineData(LengthField.OneByte, 0, false, 256, FrameErrorKind.LengthFieldTooSmall)]
    [InlineData(LengthField.OneByte, -1, false, 255, FrameErrorKind.LengthFieldTooSmall)]
    [InlineData(LengthField.OneByte, 3, false, 2, FrameErrorKind.WrongLength)]
    [InlineData(LengthField.TwoBytes, 0, false, 1001, FrameErrorKind.TooLong)]
    [InlineData(LengthField.TwoBytes, 0, true, 0, FrameErrorKind.WrongLength)]
    [InlineData(LengthField.TwoBytes, 0, true, 1, FrameErrorKind.WrongLength)]
    [InlineData(LengthField.TwoBytes, 0, true, 3, FrameErrorKind.WrongLength)]
    [InlineData(LengthField.TwoBytes, 7, true, 3, FrameErrorKind.WrongLength)]
    public void Payload_whose_length_does_not_fit_the_length_field_is_refused(LengthField lengthField, int adjustment, bool keep, int size, FrameErrorKind fault)
    {
        var refusal = Refused(new LengthPrefixFraming(lengthField, 1000, adjustment: adjustment, keepHeader: keep), new byte[size]);

        Assert.Equal((fault, size, 1000), (refusal.Fault, (int)refusal.Size, refusal.Limit));
    }

    [Fact]
    public void Header_buffer_that_is_too_small_throws()
    {
        var encoder = new LengthPrefixFraming(LengthField.FourBytes, 1000).CreateEncoder();

        var error = Assert.Throws<ArgumentException>(() => encoder.TryEncode(new byte[1], new byte[3], out _, out _));

        Assert.Contains("header has 3 bytes; it must have at least 4", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((LengthField)5, 10, 0, 0, 0, "lengthField is 5; it must be one of Varint, OneByte, TwoBytes, ThreeBytes, FourBytes")]
    [InlineData(LengthField.OneByte, 0, 0, 0, 0, "maxLength is 0; it must be 1 to 1073741824")]
    [InlineData(LengthField.OneByte, 10, -1, 0, 0, "offset is -1; it must be 0 to 256")]
    [InlineData(LengthField.OneByte, 10, 257, 0, 0, "offset is 257; it must be 0 to 256")]
    [InlineData(LengthField.OneByte, 10, 0, 11, 0, "adjustment is 11; it must be -1073741824 to 10")]
    [InlineData(LengthField.OneByte, 10, 2, 0, 3, "leading has 3 bytes; it must have 2, like offset, or none")]
    public void Wrong_argument_is_reported_with_its_value_and_rule(LengthField lengthField, int maxLength, int offset, int adjustment, int leading, string text) => Assert.Contains(
        text,
        Assert.ThrowsAny<ArgumentException>(() =>
            new LengthPrefixFraming(lengthField, maxLength, ByteOrder.BigEndian, offset, adjustment, false, new byte[leading])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Wrong_byte_order_and_leading_bytes_with_keepHeader_are_refused()
    {
        Assert.Contains("byteOrder is 2", Assert.ThrowsAny<ArgumentException>(
            () => new LengthPrefixFraming(LengthField.OneByte, 1, (ByteOrder)2)).Message, StringComparison.Ordinal);
        Assert.Contains("leading has 1 bytes; it must have none if keepHeader is true", Assert.ThrowsAny<ArgumentException>(
            () => new LengthPrefixFraming(LengthField.OneByte, 1, offset: 1, keepHeader: true, leading: "x"u8)).Message, StringComparison.Ordinal);
    }

    protected override IEnumerable<(IFraming Framing, Converter<byte, byte> Alphabet)> Forms() =>
        from lengthField in Enum.GetValues<LengthField>()
        from order in Enum.GetValues<ByteOrder>()
        where lengthField is not (LengthField.Varint or LengthField.OneByte) || order == ByteOrder.BigEndian
        from form in OffsetsAndAdjustments
        from keep in (bool[])[false, true]
        select ((IFraming)new LengthPrefixFraming(lengthField, 20, order, form.Offset, form.Adjustment, keep), Alphabet(lengthField));

    protected override Func<byte[], byte[]> Shape(IFraming framing)
    {
        var form = (LengthPrefixFraming)framing;
        return !form.KeepHeader
            ? bytes => bytes
            : bytes =>
            {
                var size = Math.Max(1, (int)form.LengthField);
                var value = bytes.Length - form.Adjustment;
                var number = Enumerable.Range(0, size).Select(i => (byte)(value >> (8 * i)));
                var field = form.ByteOrder == ByteOrder.BigEndian ? number.Reverse() : number;
                return [.. Enumerable.Repeat((byte)0xFF, form.Offset), .. field, .. bytes];
            };
    }

    protected override int MostBuffered(IFraming framing)
    {
        var form = (LengthPrefixFraming)framing;
        return form.MaxLength + form.Offset + (form.LengthField == LengthField.Varint ? 5 : (int)form.LengthField);
    }

    // Mostly small numbers, so that many random lengths are within the limit. Varints sometimes have the continuation bit.
    private static Converter<byte, byte> Alphabet(LengthField lengthField) => b => lengthField == LengthField.Varint
        ? (byte)(b % 3 == 0 ? 0x80 | (b & 1) : b % 24)
        : (byte)(b < 120 ? 0 : b % 24);

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", false, CultureInfo.InvariantCulture));
}
