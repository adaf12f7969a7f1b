namespace ActorTcp.Tests.Framing;

public sealed class FixedFramingTests(ITestOutputHelper output) : FramingPromises(output)
{
    [Fact]
    public void Each_frame_has_the_fixed_size()
    {
        var decoding = Decoding.Of(new FixedFraming(3), "abcdefgh"u8, [4]);

        Assert.Equal(["abc"u8.ToArray(), "def"u8.ToArray()], decoding.Frames);
        Assert.Equal("gh"u8.ToArray(), decoding.TakeRemaining());
    }

    [Theory]
    [InlineData(0, FrameErrorKind.WrongLength)]
    [InlineData(2, FrameErrorKind.WrongLength)]
    [InlineData(4, FrameErrorKind.TooLong)]
    public void A_payload_of_another_size_is_refused(int size, FrameErrorKind fault)
    {
        var refusal = Refused(new FixedFraming(3), new byte[size]);

        Assert.Equal((fault, size, 3), (refusal.Fault, (int)refusal.Size, refusal.Limit));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData((1 << 30) + 1)]
    public void Wrong_argument_is_reported_with_its_value_and_rule(int size) => Assert.Contains(
        $"size is {size}; it must be 1 to 1073741824",
        Assert.ThrowsAny<ArgumentException>(() => new FixedFraming(size)).Message,
        StringComparison.Ordinal);

    protected override IEnumerable<(IFraming Framing, Converter<byte, byte> Alphabet)> Forms() =>
        from framing in (IFraming[])[new FixedFraming(1), new FixedFraming(2), new FixedFraming(7), new FixedFraming(40)]
        select (framing, (Converter<byte, byte>)(b => b));

    protected override Func<byte[], byte[]> Shape(IFraming framing) => bytes =>
    {
        Array.Resize(ref bytes, ((FixedFraming)framing).Size);
        return bytes;
    };

    protected override int MostBuffered(IFraming framing) => ((FixedFraming)framing).Size - 1;
}
