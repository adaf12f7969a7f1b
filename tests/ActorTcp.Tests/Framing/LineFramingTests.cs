namespace ActorTcp.Tests.Framing;

public sealed class LineFramingTests(ITestOutputHelper output) : FramingPromises(output)
{
    [Theory]
    [InlineData(LineEnding.Any, false, "a\nb\r\n\r\n\nc\rd\n", "a|b|||c\rd")]
    [InlineData(LineEnding.Any, true, "a\nb\r\n\n", "a\n|b\r\n|\n")]
    [InlineData(LineEnding.Any, false, "a\r\r\n", "a\r")]
    [InlineData(LineEnding.LineFeed, false, "a\nb\r\n", "a|b\r")]
    [InlineData(LineEnding.CarriageReturnLineFeed, false, "a\nb\r\nc\rd\r\r\n", "a\nb|c\rd\r")]
    [InlineData(LineEnding.CarriageReturnLineFeed, true, "a\r\n\r\n", "a\r\n|\r\n")]
    public void Line_ends_at_its_configured_ending(LineEnding ending, bool keep, string stream, string lines)
    {
        var framing = new LineFraming(100, ending, keepEnding: keep);

        var decoding = Decoding.Of(framing, Encoding.UTF8.GetBytes(stream), []);

        Assert.Equal(lines, string.Join('|', decoding.Frames.Select(Encoding.UTF8.GetString)));
        Assert.Equal(0, decoding.Decoder.Buffered);
    }

    [Fact]
    public void Lines_equal_those_of_a_plain_search_for_the_ending() =>
        Properties.Check<byte[]>(Output, bytes =>
        {
            var stream = Encoding.Latin1.GetString(Array.ConvertAll(bytes, Alphabet));
            var expected = stream.Split('\n')[..^1].Select(line => line.EndsWith('\r') ? line[..^1] : line);

            var decoding = Decoding.Of(new LineFraming(1000), Encoding.Latin1.GetBytes(stream), []);

            Assert.Equal(expected, decoding.Frames.Select(Encoding.Latin1.GetString));
        });

    [Theory]
    [InlineData(LineEnding.Any, "12345\n")]
    [InlineData(LineEnding.Any, "12345\r\n")]
    [InlineData(LineEnding.LineFeed, "12345\n")]
    [InlineData(LineEnding.CarriageReturnLineFeed, "12345\r\n")]
    public void Line_of_exactly_the_limit_is_accepted(LineEnding ending, string stream) =>
        Assert.Single(Decoding.Of(new LineFraming(5, ending), Encoding.UTF8.GetBytes(stream), [1, 5, 6]).Frames);

    [Theory]
    [InlineData(LineEnding.Any, "123456")]
    [InlineData(LineEnding.Any, "12345\ra")]
    [InlineData(LineEnding.Any, "12345\r\r")]
    [InlineData(LineEnding.LineFeed, "123456")]
    [InlineData(LineEnding.CarriageReturnLineFeed, "12345\n")]
    [InlineData(LineEnding.CarriageReturnLineFeed, "12345\ra")]
    public void A_line_fails_with_the_byte_that_makes_it_too_long_and_not_before(LineEnding ending, string tooLong)
    {
        var decoding = new Decoding(new LineFraming(5, ending).CreateDecoder(), 7);
        var bytes = Encoding.UTF8.GetBytes("ok\r\n" + tooLong);
        for (var i = 0; i < bytes.Length - 1; i++)
        {
            Assert.Equal(FrameStatus.NeedMore, decoding.Feed(bytes.AsSpan(i, 1)));
        }

        Assert.Equal(FrameStatus.Failed, decoding.Feed(bytes.AsSpan(bytes.Length - 1)));

        Assert.Equal(new FrameError(FrameErrorKind.TooLong, 6, 5, 4, "A frame of 6 bytes at offset 4 exceeds the limit of 5 bytes"), decoding.Decoder.Failure);
        Assert.Equal(tooLong, Encoding.UTF8.GetString(decoding.TakeRemaining()));
    }

    [Fact]
    public void Line_that_is_too_long_in_one_segment_fails_without_being_buffered()
    {
        var decoding = new Decoding(new LineFraming(1000).CreateDecoder(), 0);

        Assert.Equal(FrameStatus.Failed, decoding.Feed(new byte[100_000]));

        Assert.Equal(1001, decoding.Decoder.Failure!.Size);
    }

    [Theory]
    [InlineData(LineEnding.Any, null, false, "a\nb", FrameErrorKind.Delimiter, 1)]
    [InlineData(LineEnding.Any, null, false, "ab\r", FrameErrorKind.Delimiter, 2)]
    [InlineData(LineEnding.Any, LineEnding.CarriageReturnLineFeed, false, "a\n", FrameErrorKind.Delimiter, 1)]
    [InlineData(LineEnding.Any, null, true, "ab", FrameErrorKind.Delimiter, 2)]
    [InlineData(LineEnding.Any, null, true, "", FrameErrorKind.Delimiter, 0)]
    [InlineData(LineEnding.Any, null, true, "a\nb\n", FrameErrorKind.Delimiter, 1)]
    [InlineData(LineEnding.LineFeed, null, false, "a\n", FrameErrorKind.Delimiter, 1)]
    [InlineData(LineEnding.CarriageReturnLineFeed, null, false, "a\r\nb", FrameErrorKind.Delimiter, 1)]
    [InlineData(LineEnding.CarriageReturnLineFeed, null, true, "a\n", FrameErrorKind.Delimiter, 2)]
    [InlineData(LineEnding.Any, null, false, "123456", FrameErrorKind.TooLong, 0)]
    [InlineData(LineEnding.LineFeed, null, false, "123456", FrameErrorKind.TooLong, 0)]
    public void Line_that_the_peer_would_decode_differently_is_refused(LineEnding ending, LineEnding? written, bool keep, string line, FrameErrorKind fault, int offset)
    {
        var refusal = Refused(new LineFraming(5, ending, written, keep), Encoding.UTF8.GetBytes(line));

        Assert.Equal((fault, line.Length, 5, offset), (refusal.Fault, refusal.Size, refusal.Limit, refusal.Offset));
    }

    [Theory]
    [InlineData(LineEnding.Any, null, "\n")]
    [InlineData(LineEnding.Any, LineEnding.CarriageReturnLineFeed, "\r\n")]
    [InlineData(LineEnding.LineFeed, null, "\n")]
    [InlineData(LineEnding.CarriageReturnLineFeed, null, "\r\n")]
    public void Ending_is_written_after_the_line(LineEnding ending, LineEnding? written, string expected) =>
        Assert.Equal("hi" + expected, Encoding.UTF8.GetString(Encode(new LineFraming(5, ending, written), ["hi"u8.ToArray()], out _)));

    [Theory]
    [InlineData(0, LineEnding.Any, null, "maxLength is 0; it must be 1 to 1073741824")]
    [InlineData((1 << 30) + 1, LineEnding.Any, null, "maxLength is 1073741825; it must be 1 to 1073741824")]
    [InlineData(1, (LineEnding)7, null, "ending is 7; it must be one of Any, LineFeed, CarriageReturnLineFeed")]
    [InlineData(1, LineEnding.Any, LineEnding.Any, "written is Any; it must be LineFeed or CarriageReturnLineFeed")]
    [InlineData(1, LineEnding.Any, (LineEnding)7, "written is 7; it must be one of Any, LineFeed, CarriageReturnLineFeed")]
    [InlineData(1, LineEnding.LineFeed, LineEnding.CarriageReturnLineFeed, "written is CarriageReturnLineFeed; it must be LineFeed, like ending")]
    public void Wrong_argument_is_reported_with_its_value_and_rule(int maxLength, LineEnding ending, LineEnding? written, string text) =>
        Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(() => new LineFraming(maxLength, ending, written)).Message, StringComparison.Ordinal);

    protected override IEnumerable<(IFraming Framing, Converter<byte, byte> Alphabet)> Forms() =>
        from form in new IFraming[]
        {
            new LineFraming(12),
            new LineFraming(12, keepEnding: true),
            new LineFraming(12, written: LineEnding.CarriageReturnLineFeed),
            new LineFraming(12, LineEnding.LineFeed),
            new LineFraming(12, LineEnding.CarriageReturnLineFeed),
            new LineFraming(12, LineEnding.CarriageReturnLineFeed, keepEnding: true),
            new LineFraming(100_000),
        }
        select (form, (Converter<byte, byte>)Alphabet);

    protected override Func<byte[], byte[]> Shape(IFraming framing)
    {
        var line = (LineFraming)framing;
        byte[] ending = !line.KeepEnding ? [] : line.Written == LineEnding.LineFeed ? [.. "\n"u8] : [.. "\r\n"u8];
        return bytes => [.. Array.ConvertAll(bytes, b => b % 3 == 0 ? (byte)'\r' : (byte)(b | 0x40)), .. ending];
    }

    protected override int MostBuffered(IFraming framing) => ((LineFraming)framing).MaxLength + 2;

    private static byte Alphabet(byte b) => (b % 8) switch
    {
        0 => (byte)'\n',
        1 => (byte)'\r',
        _ => b,
    };
}
