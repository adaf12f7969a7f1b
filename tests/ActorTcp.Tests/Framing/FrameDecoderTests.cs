namespace ActorTcp.Tests.Framing;

/// <summary>What the base class does for a custom framing.</summary>
public sealed class FrameDecoderTests(ITestOutputHelper output) : FramingPromises(output)
{
    [Fact]
    public void Malformed_frame_of_a_custom_decoder_is_reported_with_its_offset()
    {
        var decoding = Decoding.Of(new NetstringFraming(10), "2:hi,5:hello!"u8, [3, 9]);

        Assert.Equal(["hi"u8.ToArray()], decoding.Frames);
        Assert.Equal(
            new FrameError(FrameErrorKind.Malformed, 5, 10, 5, "A netstring does not end with a comma, at offset 5"),
            decoding.Decoder.Failure);
        Assert.Equal("5:hello!", Encoding.ASCII.GetString(decoding.TakeRemaining()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void A_decoder_that_never_finds_an_end_is_stopped_at_its_limit(int segment)
    {
        var mostKept = 0;
        var decoding = new Decoding(new Scripted((length, examined) =>
        {
            mostKept = examined > 0 ? Math.Max(mostKept, length) : mostKept;
            return FrameScanResult.NeedMore;
        }), mostBuffered: 12);
        var fed = 0;
        while (fed < 100_000 && decoding.Feed(new byte[segment]) != FrameStatus.Failed)
        {
            fed += segment;
        }

        Assert.InRange(fed, 0, 12);
        Assert.InRange(mostKept, 0, 12);
        Assert.Equal((FrameErrorKind.TooLong, 13, 10), (decoding.Decoder.Failure!.Fault, decoding.Decoder.Failure.Size, decoding.Decoder.Failure.Limit));
    }

    [Fact]
    public void A_decoder_that_asks_for_more_than_its_limit_is_stopped_at_once()
    {
        var decoding = new Decoding(new Scripted((_, _) => FrameScanResult.NeedTotal(13)), mostBuffered: 0);

        Assert.Equal(FrameStatus.Failed, decoding.Feed([1]));

        Assert.Equal(13, decoding.Decoder.Failure!.Size);
    }

    [Fact]
    public void A_decoder_that_finds_a_frame_above_its_limit_is_stopped()
    {
        var decoding = new Decoding(new Scripted((length, _) => FrameScanResult.Frame(length, 0, length)));

        Assert.Equal(FrameStatus.NeedMore, decoding.Feed(new byte[12]));
        Assert.Equal(FrameStatus.Failed, decoding.Feed(new byte[13]));

        Assert.Single(decoding.Frames);
    }

    [Fact]
    public void Scan_that_breaks_its_contract_throws()
    {
        AssertThrows(_ => FrameScanResult.NeedTotal(3), "Scripted.Scan needs 3 bytes; it must need more than the 3 available bytes.");
        AssertThrows(_ => FrameScanResult.Frame(0, 0, 0), "Scripted.Scan returned a frame of 0 bytes with start 0 and count 0; it must lie within the 3 available bytes.");
        AssertThrows(_ => FrameScanResult.Frame(4, 0, 0), "Scripted.Scan returned a frame of 4 bytes with start 0 and count 0; it must lie within the 3 available bytes.");
        AssertThrows(_ => FrameScanResult.Frame(3, 1, 3), "Scripted.Scan returned a frame of 3 bytes with start 1 and count 3; it must lie within the 3 available bytes.");
        AssertThrows(_ => FrameScanResult.Frame(3, -1, 3), "Scripted.Scan returned a frame of 3 bytes with start -1 and count 3; it must lie within the 3 available bytes.");

        static void AssertThrows(Func<int, FrameScanResult> scan, string text)
        {
            var decoder = new Scripted((length, _) => scan(length));
            var error = Assert.Throws<InvalidOperationException>(() =>
            {
                ReadOnlyMemory<byte> input = new byte[3];
                decoder.TryRead(ref input, out _);
            });
            Assert.Equal(text, error.Message);
        }
    }

    [Fact]
    public void Scan_receives_the_scanned_count_and_runs_only_when_its_bytes_are_available()
    {
        var calls = new List<(int Length, int Examined)>();
        var decoding = new Decoding(new Scripted((length, examined) =>
        {
            calls.Add((length, examined));
            return length < 3 ? FrameScanResult.NeedMore : length < 8 ? FrameScanResult.NeedTotal(8) : FrameScanResult.Frame(8, 0, 8);
        }));

        for (var i = 0; i < 8; i++)
        {
            decoding.Feed([(byte)i]);
        }

        Assert.Equal([(1, 0), (2, 1), (3, 2), (8, 7)], calls);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], Assert.Single(decoding.Frames));
    }

    [Theory]
    [InlineData(0, 0, "maxLength is 0")]
    [InlineData(1, -1, "overhead is -1")]
    [InlineData(int.MaxValue, 1, "overhead is 1; it must be 0 to 0")]
    public void Wrong_argument_is_reported_with_its_value_and_rule(int maxLength, int overhead, string text) => Assert.Contains(
        text,
        Assert.ThrowsAny<ArgumentException>(() => new Scripted((_, _) => default, maxLength, overhead)).Message,
        StringComparison.Ordinal);

    protected override IEnumerable<(IFraming Framing, Converter<byte, byte> Alphabet)> Forms() =>
        [(new NetstringFraming(100), b => (byte)"1234:,ab"[b % 8])];

    protected override Func<byte[], byte[]> Shape(IFraming framing) => bytes => bytes;

    protected override int MostBuffered(IFraming framing) => ((NetstringFraming)framing).MaxLength + 11;

    private sealed class Scripted(Func<int, int, FrameScanResult> scan, int maxLength = 10, int overhead = 2) : FrameDecoder(maxLength, overhead)
    {
        protected override FrameScanResult Scan(ReadOnlySpan<byte> bytes, int examined) => scan(bytes.Length, examined);
    }
}
