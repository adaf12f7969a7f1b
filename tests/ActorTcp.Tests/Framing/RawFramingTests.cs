namespace ActorTcp.Tests.Framing;

public sealed class RawFramingTests(ITestOutputHelper output)
{
    [Fact]
    public void Segments_are_returned_as_they_arrive_and_never_buffered() =>
        Properties.Check<(byte[] Bytes, int[] Cuts)>(output, sample =>
        {
            var segments = Decoding.Split(sample.Bytes, sample.Cuts).Where(segment => segment.Length > 0);

            var decoding = Decoding.Of(new RawFraming(), sample.Bytes, sample.Cuts, mostBuffered: 0);

            Assert.Equal(segments, decoding.Frames);
            Assert.Equal(0, decoding.LeasedCount);
            Assert.Equal(sample.Bytes.Length, decoding.Decoder.Offset);
        });

    [Fact]
    public void Nothing_is_written_around_a_payload()
    {
        ReadOnlyMemory<byte> payload = "anything\n"u8.ToArray();

        Assert.True(new RawFraming().CreateEncoder().TryEncode(payload, default, out var frame, out _));

        Assert.Equal(new EncodedFrame(default, payload, default), frame);
    }

    [Fact]
    public void An_empty_segment_is_no_frame()
    {
        ReadOnlyMemory<byte> input = default;

        Assert.Equal(FrameStatus.NeedMore, new RawFraming().CreateDecoder().TryRead(ref input, out _));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var decoder = new RawFraming().CreateDecoder();
        var bytes = new byte[100];
        Assert.Equal(0, Allocation.InSteadyState(Run));

        void Run()
        {
            for (var i = 0; i < 1000; i++)
            {
                ReadOnlyMemory<byte> input = bytes;
                Assert.True(decoder.TryRead(ref input, out _) == FrameStatus.Frame);
            }
        }
    }
}
