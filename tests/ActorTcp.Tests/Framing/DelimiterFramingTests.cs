namespace ActorTcp.Tests.Framing;

public sealed class DelimiterFramingTests(ITestOutputHelper output) : FramingPromises(output)
{
    private static readonly string[] Delimiters = ["a", "ab", "aa", "aba", "abab", "aab", "abcabcab"];

    [Fact]
    public void Frames_equal_those_of_a_plain_search_for_the_delimiter() =>
        Properties.Check<byte[]>(Output, bytes =>
        {
            var stream = Encoding.ASCII.GetString(Array.ConvertAll(bytes, Alphabet));
            foreach (var delimiter in Delimiters)
            {
                var decoding = Decoding.Of(Framing(delimiter, 1000), Encoding.ASCII.GetBytes(stream), []);

                Assert.Equal(stream.Split(delimiter)[..^1], decoding.Frames.Select(Encoding.ASCII.GetString));
            }
        }, times: 300);

    [Fact]
    public void A_delimiter_of_256_bytes_is_found_wherever_it_is_split()
    {
        byte[] delimiter = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        var framing = new DelimiterFraming(delimiter, 300);
        byte[] payload = [.. delimiter[..255], .. delimiter[1..], .. "end"u8];
        var stream = Encode(framing, [payload[..300], []], out var accepted);
        Assert.Equal(2, accepted.Count);
        for (var cut = 0; cut < stream.Length; cut++)
        {
            Assert.Equal(accepted, Decoding.Of(framing, stream, [cut], 556).Frames);
        }
    }

    [Theory]
    [InlineData("ab", "123456")]
    [InlineData("ab", "12345b")]
    [InlineData("ab", "12345aa")]
    [InlineData("aba", "12345abb")]
    [InlineData("aba", "12345aba", false)]
    [InlineData("aba", "1234aba", false)]
    [InlineData("aba", "12345aaba")]
    public void A_frame_fails_with_the_byte_that_makes_it_too_long_and_not_before(string delimiter, string stream, bool fails = true)
    {
        var framing = Framing(delimiter, 5);
        var failsAt = fails ? 5 + CommonPrefix(delimiter, stream[5..]) : stream.Length;
        for (var length = 0; length <= stream.Length; length++)
        {
            var decoding = Decoding.Of(framing, Encoding.ASCII.GetBytes(stream[..length]), [1], 5 + delimiter.Length);
            Assert.Equal(length > failsAt, decoding.Decoder.Failure is not null);
            if (decoding.Decoder.Failure is { } failure)
            {
                Assert.Equal((FrameErrorKind.TooLong, 6, 5, 0), (failure.Fault, failure.Size, failure.Limit, failure.Offset));
            }
        }

        Assert.Equal(fails ? 0 : 1, Decoding.Of(framing, Encoding.ASCII.GetBytes(stream), []).Frames.Count);
    }

    [Theory]
    [InlineData("ab", "1ab", false, FrameErrorKind.Delimiter, 1)]
    [InlineData("aba", "1ab", false, FrameErrorKind.Delimiter, 1)]
    [InlineData("aa", "1a", false, FrameErrorKind.Delimiter, 1)]
    [InlineData("aaa", "1aa", false, FrameErrorKind.Delimiter, 2)]
    [InlineData("ab", "123456", false, FrameErrorKind.TooLong, 0)]
    [InlineData("ab", "123", true, FrameErrorKind.Delimiter, 3)]
    [InlineData("ab", "1ab2ab", true, FrameErrorKind.Delimiter, 1)]
    [InlineData("aba", "1ababa", true, FrameErrorKind.Delimiter, 1)]
    public void Payload_that_the_peer_would_decode_differently_is_refused(string delimiter, string payload, bool keep, FrameErrorKind fault, int offset)
    {
        var refusal = Refused(Framing(delimiter, 5, keep), Encoding.ASCII.GetBytes(payload));

        Assert.Equal((fault, payload.Length, 5, offset), (refusal.Fault, refusal.Size, refusal.Limit, refusal.Offset));
    }

    [Fact]
    public void Only_payloads_that_would_be_decoded_differently_are_refused() =>
        Properties.Check<byte[]>(Output, bytes =>
        {
            var payload = Array.ConvertAll(bytes, Alphabet);
            foreach (var delimiter in Delimiters)
            {
                var framing = Framing(delimiter, 1000);
                byte[] stream = [.. payload, .. Encoding.ASCII.GetBytes(delimiter)];
                var comesOut = Decoding.Of(framing, stream, []).Frames is [var only] && only.AsSpan().SequenceEqual(payload);

                Assert.Equal(comesOut, framing.CreateEncoder().TryEncode(payload, default, out _, out _));
            }
        }, times: 300);

    [Theory]
    [InlineData(0, 10, "delimiter has 0 bytes; it must have 1 to 256")]
    [InlineData(257, 10, "delimiter has 257 bytes; it must have 1 to 256")]
    [InlineData(2, 0, "maxLength is 0; it must be 1 to 1073741824")]
    [InlineData(2, -5, "maxLength is -5; it must be 1 to 1073741824")]
    public void Wrong_argument_is_reported_with_its_value_and_rule(int delimiter, int maxLength, string text) => Assert.Contains(
        text,
        Assert.ThrowsAny<ArgumentException>(() => new DelimiterFraming(new byte[delimiter], maxLength)).Message,
        StringComparison.Ordinal);

    protected override IEnumerable<(IFraming Framing, Converter<byte, byte> Alphabet)> Forms() =>
        from delimiter in Delimiters
        from framing in (IFraming[])[Framing(delimiter, 20), Framing(delimiter, 9, keep: true)]
        select (framing, (Converter<byte, byte>)Alphabet);

    protected override Func<byte[], byte[]> Shape(IFraming framing)
    {
        var form = (DelimiterFraming)framing;
        return bytes => [.. Array.ConvertAll(bytes, Alphabet), .. form.KeepDelimiter ? form.Delimiter.Span : default];
    }

    protected override int MostBuffered(IFraming framing) =>
        ((DelimiterFraming)framing).MaxLength + ((DelimiterFraming)framing).Delimiter.Length;

    private static DelimiterFraming Framing(string delimiter, int maxLength, bool keep = false) =>
        new(Encoding.ASCII.GetBytes(delimiter), maxLength, keep);

    private static int CommonPrefix(string delimiter, string rest) =>
        Enumerable.Range(0, rest.Length).TakeWhile(i => i < delimiter.Length && delimiter[i] == rest[i]).Count();

    private static byte Alphabet(byte b) => (byte)("aabbc"[b % 5]);
}
