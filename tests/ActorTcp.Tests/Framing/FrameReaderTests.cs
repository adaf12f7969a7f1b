namespace ActorTcp.Tests.Framing;

public sealed class FrameReaderTests(ITestOutputHelper output)
{
    private readonly SlabPool _pool = new();

    [Fact]
    public void Each_frame_has_a_lease_of_its_own_that_outlives_the_reader()
    {
        var reader = new FrameReader(new LineFraming(100).CreateDecoder());
        reader.Add(Received("one\ntwo\nth"u8));
        reader.Add(Received("ree\nfour\n"u8));

        var frames = ReadAll(reader);
        reader.Close();

        Assert.Equal(["one", "two", "three", "four"], frames.Select(Text));
        frames.ForEach(frame => frame.Release());
        AssertPoolIsUnused();
    }

    [Fact]
    public void Offset_is_the_start_of_the_next_frame()
    {
        var reader = new FrameReader(new LineFraming(100).CreateDecoder(), 1000);
        reader.Add(Received("one\r\ntwo\nth"u8));

        Assert.Equal(1000, reader.Offset);
        Read(reader);
        Assert.Equal((1005, 6), (reader.Offset, reader.Unread));
        Read(reader);
        Assert.Equal((1009, 2), (reader.Offset, reader.Unread));
        Assert.Equal(FrameStatus.NeedMore, reader.TryRead(out _));
        Assert.Equal((1009, 2, 2), (reader.Offset, reader.Unread, reader.Buffered));
    }

    [Fact]
    public void Lines_then_binary_then_lines_again_keep_every_byte()
    {
        var reader = new FrameReader(new LineFraming(100).CreateDecoder());
        reader.Add(Received("GET 5\nhello"u8));
        reader.Add(Received("BYE\nab"u8));

        Assert.Equal("GET 5", Read(reader));
        reader.Replace(new FixedFraming(5).CreateDecoder());
        Assert.Equal("hello", Read(reader));
        reader.Replace(new LineFraming(100).CreateDecoder());
        Assert.Equal("BYE", Read(reader));
        Assert.Equal(FrameStatus.NeedMore, reader.TryRead(out _));
        reader.Replace(new RawFraming().CreateDecoder());
        Assert.Equal("ab", Read(reader));
        Assert.Equal(16 + 1, reader.Offset);
        AssertPoolIsUnused();
    }

    [Fact]
    public void Decoders_replaced_at_any_time_return_every_queued_byte_once_and_in_order() =>
        Properties.Check<(byte[] Bytes, int[] Cuts, byte[] Steps)>(output, sample =>
        {
            var reader = new FrameReader(new FixedFraming(3).CreateDecoder());
            var segments = new Queue<byte[]>(Framing.Decoding.Split(sample.Bytes, sample.Cuts).Where(segment => segment.Length > 0));
            var seen = new List<byte>();
            foreach (var step in sample.Steps)
            {
                switch (step % 4)
                {
                    case 0 when segments.TryDequeue(out var segment):
                        reader.Add(Received(segment));
                        break;
                    case 1:
                        reader.Replace(new FixedFraming((step / 4) + 1).CreateDecoder());
                        break;
                    default:
                        See(reader.TryRead(out var frame), frame);
                        break;
                }
            }

            while (segments.TryDequeue(out var segment))
            {
                reader.Add(Received(segment));
            }

            reader.Replace(new RawFraming().CreateDecoder());
            while (See(reader.TryRead(out var frame), frame))
            {
            }

            Assert.Equal(sample.Bytes, seen);
            Assert.Equal((sample.Bytes.Length, 0), (reader.Offset, reader.Unread));
            AssertPoolIsUnused();

            bool See(FrameStatus status, SlabSlice frame)
            {
                Assert.Equal(status == FrameStatus.Frame, frame.Slab is not null);
                if (frame.Slab is not null)
                {
                    seen.AddRange(frame.Span);
                    frame.Release();
                    Assert.Equal(seen.Count, reader.Offset);
                }

                return frame.Slab is not null;
            }
        }, times: 500);

    [Fact]
    public void A_failure_leaves_the_bytes_to_another_decoder()
    {
        var reader = new FrameReader(new LineFraming(3).CreateDecoder());
        reader.Add(Received("ok\nto"u8));
        Assert.Equal("ok", Read(reader));
        Assert.Equal(FrameStatus.NeedMore, reader.TryRead(out _));
        reader.Add(Received("o long"u8));
        Assert.Equal(FrameStatus.Failed, reader.TryRead(out _));
        Assert.Equal(FrameErrorKind.TooLong, reader.Failure?.Fault);
        Assert.Equal(3, reader.Failure?.Offset);

        reader.Replace(new FixedFraming(8).CreateDecoder());

        Assert.Null(reader.Failure);
        Assert.Equal("too long", Read(reader));
        AssertPoolIsUnused();
    }

    [Fact]
    public void Close_releases_all_memory()
    {
        var reader = new FrameReader(new LineFraming(100).CreateDecoder());
        reader.Add(Received("one\ntw"u8));
        reader.Add(Received("o\nth"u8));
        reader.Add(Received("ree"u8));
        Read(reader);

        reader.Close();

        Assert.Equal(0, reader.Unread);
        AssertPoolIsUnused();
    }

    [Fact]
    public void Decoder_that_wraps_another_may_return_its_own_memory()
    {
        var reader = new FrameReader(new Base64Decoder(new LineFraming(100).CreateDecoder()));
        reader.Add(Received("aGVs"u8));
        reader.Add(Received("bG8=\nd29ybGQ=\n"u8));

        Assert.Equal("hello", Read(reader));
        Assert.Equal("world", Read(reader));
        Assert.Equal(FrameStatus.NeedMore, reader.TryRead(out _));
        AssertPoolIsUnused();
    }

    [Fact]
    public void Frame_outside_of_the_segment_and_without_a_lease_throws()
    {
        var reader = new FrameReader(new StrayDecoder());
        reader.Add(Received("ab"u8));

        Assert.Throws<ArgumentException>(() => reader.TryRead(out _));
    }

    [Fact]
    public void Decoder_that_needs_more_without_consuming_its_input_throws()
    {
        var reader = new FrameReader(new IdleDecoder());
        reader.Add(Received("ab"u8));

        Assert.Throws<InvalidOperationException>(() => reader.TryRead(out _));
    }

    [Fact]
    public void Only_a_frame_that_spans_two_segments_allocates_and_only_its_lease()
    {
        const int lease = 40;
        var reader = new FrameReader(new LineFraming(100).CreateDecoder());
        Assert.InRange(Allocation.InSteadyState(Run), 0, 2000 * lease);

        void Run()
        {
            for (var i = 0; i < 2000; i++)
            {
                reader.Add(Received("one\ntwo\nth"u8));
                reader.Add(Received("ree\n"u8));
                while (reader.TryRead(out var frame) == FrameStatus.Frame)
                {
                    frame.Release();
                }
            }
        }
    }

    private static string Text(SlabSlice frame) => Encoding.ASCII.GetString(frame.Span);

    private static string Read(FrameReader reader)
    {
        Assert.Equal(FrameStatus.Frame, reader.TryRead(out var frame));
        var text = Text(frame);
        frame.Release();
        return text;
    }

    private static List<SlabSlice> ReadAll(FrameReader reader)
    {
        var frames = new List<SlabSlice>();
        while (reader.TryRead(out var frame) == FrameStatus.Frame)
        {
            frames.Add(frame);
        }

        return frames;
    }

    private unsafe SlabSlice Received(ReadOnlySpan<byte> bytes)
    {
        var room = _pool.Room(out var length);
        bytes.CopyTo(new Span<byte>(room, length));
        return _pool.Take(bytes.Length);
    }

    /// <summary>When all leases are released, the pool returns the same memory again.</summary>
    private unsafe void AssertPoolIsUnused()
    {
        var lease = Received("x"u8);
        var first = lease.Slab!.Pointer + lease.Offset;
        lease.Release();
        Assert.True(_pool.Room(out var room) == first);
        Assert.Equal(SlabPool.SlabSize, room);
    }

    private abstract class StubDecoder : IFrameDecoder
    {
        public virtual long Offset => 0;

        public virtual int Buffered => 0;

        public FrameError? Failure => null;

        public abstract FrameStatus TryRead(ref ReadOnlyMemory<byte> input, out Frame frame);

        public virtual Lease? TakeBuffered() => null;

        public virtual void Reset(long offset = 0)
        {
        }
    }

    private sealed class StrayDecoder : StubDecoder
    {
        public override FrameStatus TryRead(ref ReadOnlyMemory<byte> input, out Frame frame)
        {
            input = input[1..];
            frame = new Frame(new byte[3]);
            return FrameStatus.Frame;
        }
    }

    private sealed class IdleDecoder : StubDecoder
    {
        public override FrameStatus TryRead(ref ReadOnlyMemory<byte> input, out Frame frame)
        {
            frame = default;
            return FrameStatus.NeedMore;
        }
    }

    /// <summary>Decodes the frames of another decoder and changes them, as docs/framing.md shows.</summary>
    private sealed class Base64Decoder(IFrameDecoder inner) : StubDecoder
    {
        public override long Offset => inner.Offset;

        public override int Buffered => inner.Buffered;

        public override FrameStatus TryRead(ref ReadOnlyMemory<byte> input, out Frame frame)
        {
            var status = inner.TryRead(ref input, out frame);
            if (status == FrameStatus.Frame)
            {
                var decoded = Lease.CopyOf(Convert.FromBase64String(Encoding.ASCII.GetString(frame.Span)));
                frame.Release();
                frame = new Frame(decoded);
            }

            return status;
        }

        public override Lease? TakeBuffered() => inner.TakeBuffered();

        public override void Reset(long offset = 0) => inner.Reset(offset);
    }
}
