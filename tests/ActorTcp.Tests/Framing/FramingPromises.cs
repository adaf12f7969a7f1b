using FsCheck;
using FsCheck.Fluent;

namespace ActorTcp.Tests.Framing;

/// <summary>The promises of every framing, checked on each of its forms.</summary>
public abstract class FramingPromises(ITestOutputHelper output)
{
    protected ITestOutputHelper Output => output;

    [Fact]
    public void Payloads_are_decoded_unchanged_wherever_the_stream_is_split() => ForEach((framing, _, times) =>
        Properties.Check<(byte[][] Payloads, int[] Cuts)>(output, Payloads(), sample =>
        {
            var payloads = sample.Payloads.Select(Shape(framing)).ToList();
            var stream = Encode(framing, payloads, out var accepted);
            var most = MostBuffered(framing);

            AssertDecodes(stream, sample.Cuts);
            AssertDecodes(stream, []);
            AssertDecodes(stream, Enumerable.Range(0, stream.Length));
            for (var cut = 1; cut < stream.Length; cut++)
            {
                AssertDecodes(stream, [cut]);
            }

            void AssertDecodes(byte[] bytes, IEnumerable<int> cuts)
            {
                var decoding = Decoding.Of(framing, bytes, cuts, most);
                Assert.Null(decoding.Decoder.Failure);
                Assert.Equal(0, decoding.Decoder.Buffered);
                AssertFrames(accepted, decoding.Frames);
            }
        }, times / 4));

    [Fact]
    public void Random_bytes_never_throw_or_exceed_the_limit_and_decode_the_same_when_split() => ForEach((framing, alphabet, times) =>
        Properties.Check<(byte[] Bytes, int[] Cuts)>(output, Streams(), sample =>
        {
            var stream = Array.ConvertAll(sample.Bytes, alphabet);
            var most = MostBuffered(framing);
            var whole = Decoding.Of(framing, stream, [], most);

            AssertSame(Decoding.Of(framing, stream, sample.Cuts, most));
            AssertSame(Decoding.Of(framing, stream, Enumerable.Range(0, stream.Length), most));

            void AssertSame(Decoding split)
            {
                AssertFrames(whole.Frames, split.Frames);
                Assert.Equal(whole.Decoder.Failure, split.Decoder.Failure);
                Assert.Equal(whole.Decoder.Offset, split.Decoder.Offset);
            }
        }, times));

    [Fact]
    public void A_decoder_that_has_failed_stays_failed_until_it_is_reset() => ForEach((framing, alphabet, times) =>
        Properties.Check<byte[]>(output, bytes =>
        {
            var decoding = Decoding.Of(framing, Array.ConvertAll(bytes, alphabet), []);
            if (decoding.Decoder.Failure is not { } failure)
            {
                return;
            }

            ReadOnlyMemory<byte> more = "more"u8.ToArray();
            Assert.Equal(FrameStatus.Failed, decoding.Decoder.TryRead(ref more, out _));
            Assert.Equal(4, more.Length);
            Assert.Same(failure, decoding.Decoder.Failure);

            decoding.Decoder.Reset(7);

            Assert.Null(decoding.Decoder.Failure);
            Assert.Equal((7, 0), (decoding.Decoder.Offset, decoding.Decoder.Buffered));
        }, times));

    [Fact]
    public void Decoder_replaced_at_any_frame_of_any_segment_leaves_every_byte_to_the_next_one() => ForEach((framing, alphabet, times) =>
        Properties.Check<(byte[] Bytes, int[] Cuts)>(output, Streams(), sample =>
        {
            var stream = Array.ConvertAll(sample.Bytes, alphabet);
            var segments = Decoding.Split(stream, sample.Cuts).ToList();
            for (var replacedIn = 0; replacedIn < segments.Count; replacedIn++)
            {
                var decoding = new Decoding(framing.CreateDecoder());
                for (var i = 0; i < replacedIn; i++)
                {
                    decoding.Feed(segments[i]);
                }

                decoding.Feed(segments[replacedIn], mostFrames: 1);
                var fed = segments.Take(replacedIn + 1).Sum(segment => segment.Length);

                Assert.Equal(stream[(int)decoding.Decoder.Offset..fed], decoding.TakeRemaining());
                decoding.CheckLeasedFrames();
            }
        }, times));

    [Fact]
    public void Encoder_reports_why_it_refuses_and_does_not_copy_accepted_payloads() => ForEach((framing, alphabet, times) =>
        Properties.Check<byte[]>(output, bytes =>
        {
            var encoder = framing.CreateEncoder();
            ReadOnlyMemory<byte> payload = Array.ConvertAll(bytes, alphabet);
            if (encoder.TryEncode(payload, new byte[encoder.MaxHeaderLength], out var frame, out var refusal))
            {
                Assert.True(frame.Payload.Equals(payload));
                Assert.Null(refusal);
            }
            else
            {
                Assert.NotEmpty(refusal.Text);
                Assert.Equal(0, frame.Length);
            }
        }, times));

    [Fact]
    public void Steady_state_frames_allocate_nothing_within_one_segment_or_across_two() => ForEach((framing, _, _) =>
    {
        var stream = Encode(framing, [.. Enumerable.Range(0, 50).Select(i => Shape(framing)([(byte)i, 1, 2, 3, 4, 5, 6]))], out var accepted);
        var decoder = framing.CreateDecoder();
        var cut = stream.Length / 2;
        const int rounds = 200;
        var frames = 0;

        var allocated = Allocation.InSteadyState(() =>
        {
            frames = 0;
            for (var i = 0; i < rounds; i++)
            {
                frames += Read(stream.AsMemory(0, cut)) + Read(stream.AsMemory(cut));
            }
        });

        Assert.Equal(0, allocated);
        Assert.True(frames >= rounds * accepted.Count);

        int Read(ReadOnlyMemory<byte> input)
        {
            var count = 0;
            while (decoder.TryRead(ref input, out var frame) == FrameStatus.Frame)
            {
                count++;
                frame.Release();
            }

            return count;
        }
    });

    /// <summary>The forms of the framing, each with the bytes of random streams, chosen so that delimiters and lengths are frequent.</summary>
    protected abstract IEnumerable<(IFraming Framing, Converter<byte, byte> Alphabet)> Forms();

    /// <summary>Makes a payload from random bytes. The encoder accepts it or may refuse it.</summary>
    protected abstract Func<byte[], byte[]> Shape(IFraming framing);

    /// <summary>The maximum number of bytes that a decoder of this form may buffer.</summary>
    protected abstract int MostBuffered(IFraming framing);

    protected static byte[] Encode(IFraming framing, IEnumerable<byte[]> payloads, out List<byte[]> accepted)
    {
        var encoder = framing.CreateEncoder();
        var stream = new List<byte>();
        accepted = [];
        foreach (var payload in payloads)
        {
            if (encoder.TryEncode(payload, new byte[encoder.MaxHeaderLength], out var frame, out _))
            {
                var bytes = new byte[frame.Length];
                frame.CopyTo(bytes);
                stream.AddRange(bytes);
                accepted.Add(payload);
            }
        }

        return [.. stream];
    }

    protected static FrameError Refused(IFraming framing, ReadOnlySpan<byte> payload)
    {
        var encoder = framing.CreateEncoder();
        Assert.False(encoder.TryEncode(payload.ToArray(), new byte[encoder.MaxHeaderLength], out _, out var refusal));
        return refusal;
    }

    private static void AssertFrames(IReadOnlyList<byte[]> expected, IReadOnlyList<byte[]> frames)
    {
        Assert.Equal(expected.Count, frames.Count);
        for (var i = 0; i < frames.Count; i++)
        {
            Decoding.AssertSame(expected[i], frames[i]);
        }
    }

    private static Arbitrary<(byte[][] Payloads, int[] Cuts)> Payloads() => ArbMap.Default.ArbFor<(byte[][], int[])>();

    private static Arbitrary<(byte[] Bytes, int[] Cuts)> Streams() => ArbMap.Default.ArbFor<(byte[], int[])>();

    /// <summary>Checks a promise on every form. The number of random values per form is smaller if there are many forms.</summary>
    private void ForEach(Action<IFraming, Converter<byte, byte>, int> promise)
    {
        var forms = Forms().ToList();
        foreach (var (framing, alphabet) in forms)
        {
            output.WriteLine(framing.ToString());
            promise(framing, alphabet, Math.Clamp(1000 / forms.Count, 25, 200));
        }
    }
}
