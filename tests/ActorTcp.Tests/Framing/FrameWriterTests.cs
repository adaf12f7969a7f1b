namespace ActorTcp.Tests.Framing;

public sealed class FrameWriterTests
{
    private static readonly LengthPrefixFraming Length = new(LengthField.TwoBytes, 50_000);
    private static readonly LineFraming Lines = new(50_000);

    [Fact]
    public void Small_frame_is_one_segment_and_the_lease_on_its_payload_is_released()
    {
        var payload = SlabSlice.CopyOf("hello"u8);
        payload.Slab!.Hold();

        var segments = Write(Lines, new OutboundSegment(payload.Memory, payload.Slab, "tag"));

        var only = Assert.Single(segments);
        Assert.Equal("hello\n", Encoding.ASCII.GetString(only.Memory.Span));
        Assert.Equal("tag", only.Tag);
        Assert.True(payload.Slab.IsUnused);
        only.Slab!.Release();
    }

    [Fact]
    public void Large_payload_is_not_copied_and_the_last_segment_has_the_tag()
    {
        var payload = SlabSlice.CopyOf(new byte[FrameWriter.CopiedUpTo]);

        var prefixed = Write(Length, new OutboundSegment(payload.Memory, payload.Slab, "tag"));
        var line = Write(Lines, new OutboundSegment(payload.Memory, payload.Slab, "tag"));

        Assert.Equal(2, prefixed.Count);
        Assert.Equal([0x10, 0], prefixed[0].Memory.ToArray());
        Assert.Null(prefixed[0].Tag);
        Assert.Equal(new OutboundSegment(payload.Memory, payload.Slab, "tag"), prefixed[1]);
        Assert.Equal(2, line.Count);
        Assert.Equal(new OutboundSegment(payload.Memory, payload.Slab, null), line[0]);
        Assert.Equal("\n"u8, line[1].Memory.Span);
        Assert.Equal("tag", line[1].Tag);
    }

    [Fact]
    public void Headers_of_queued_frames_are_not_overwritten_by_later_frames()
    {
        var writer = new FrameWriter(Length.CreateEncoder());
        var first = Write(writer, new OutboundSegment(new byte[5000], null, null));

        Write(writer, new OutboundSegment(new byte[6000], null, null));

        Assert.Equal([0x13, 0x88], first[0].Memory.ToArray());
    }

    [Fact]
    public void Payload_without_header_and_trailer_is_sent_unchanged()
    {
        var payload = new OutboundSegment("hello"u8.ToArray(), null, "tag");

        Assert.Equal(payload, Assert.Single(Write(new RawFraming(), payload)));
        Assert.Equal(payload, Assert.Single(Write(new FixedFraming(5), payload)));
    }

    [Fact]
    public void Refused_payload_stays_with_its_sender()
    {
        var payload = SlabSlice.CopyOf("a\nb"u8);

        Assert.False(new FrameWriter(Lines.CreateEncoder()).TryWrite(new OutboundSegment(payload.Memory, payload.Slab, null), out _, out _, out var refusal));

        Assert.Equal(FrameErrorKind.Delimiter, refusal.Fault);
        Assert.True(payload.Slab!.IsUnused);
        Assert.Equal("a\nb"u8, payload.Span);
        payload.Release();
    }

    [Fact]
    public void In_steady_state_nothing_is_allocated()
    {
        var writer = new FrameWriter(Length.CreateEncoder());
        var (small, large) = (new byte[100], new byte[10_000]);
        Assert.Equal(0, Allocation.InSteadyState(Run));

        void Run()
        {
            for (var i = 0; i < 1000; i++)
            {
                writer.TryWrite(new OutboundSegment((i & 1) == 0 ? small : large, null, null), out var segments, out var count, out _);
                for (var j = 0; j < count; j++)
                {
                    segments[j].Slab?.Release();
                }
            }
        }
    }

    private static List<OutboundSegment> Write(IFraming framing, OutboundSegment payload) => Write(new FrameWriter(framing.CreateEncoder()), payload);

    private static List<OutboundSegment> Write(FrameWriter writer, OutboundSegment payload)
    {
        Assert.True(writer.TryWrite(payload, out var segments, out var count, out _));
        return [.. ((ReadOnlySpan<OutboundSegment>)segments)[..count]];
    }
}
