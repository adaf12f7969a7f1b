namespace ActorTcp.Tests.Framing;

/// <summary>
/// Runs one decoder on one stream and checks what every decoder promises:
/// no byte is lost or doubled, buffered bytes stay within the bound, and frames do not change when their segment is overwritten.
/// </summary>
internal sealed class Decoding(IFrameDecoder decoder, int mostBuffered = int.MaxValue)
{
    private readonly List<byte[]> _frames = [];
    private readonly List<(int Index, Lease Lease)> _leased = [];
    private long _fed;

    public IFrameDecoder Decoder => decoder;

    /// <summary>The decoded frames, copied when they were returned.</summary>
    public IReadOnlyList<byte[]> Frames => _frames;

    /// <summary>The number of frames that were assembled from several segments.</summary>
    public int LeasedCount => _leased.Count;

    /// <summary>Bytes of the input that were not read when the decoder failed.</summary>
    public byte[] Unread { get; private set; } = [];

    /// <summary>Decodes a whole stream that is split into segments.</summary>
    public static Decoding Of(IFraming framing, ReadOnlySpan<byte> stream, IEnumerable<int> cuts, int mostBuffered = int.MaxValue)
    {
        var decoding = new Decoding(framing.CreateDecoder(), mostBuffered);
        foreach (var segment in Split(stream.ToArray(), cuts))
        {
            decoding.Feed(segment);
        }

        decoding.CheckLeasedFrames();
        return decoding;
    }

    /// <summary>Splits a stream at the given offsets; offsets outside of the stream are ignored.</summary>
    public static IEnumerable<byte[]> Split(byte[] stream, IEnumerable<int> cuts)
    {
        var from = 0;
        foreach (var cut in cuts.Where(cut => cut > 0 && cut < stream.Length).Distinct().Order().Append(stream.Length))
        {
            yield return stream[from..cut];
            from = cut;
        }
    }

    /// <summary>Gives the decoder one segment, reads all frames, and overwrites the segment.</summary>
    public FrameStatus Feed(ReadOnlySpan<byte> bytes, int mostFrames = int.MaxValue)
    {
        var segment = bytes.ToArray();
        ReadOnlyMemory<byte> input = segment;
        _fed += bytes.Length;
        FrameStatus status;
        do
        {
            status = mostFrames-- > 0 ? Read(ref input, segment) : FrameStatus.NeedMore;
        }
        while (status == FrameStatus.Frame);

        Unread = [.. Unread, .. input.Span];
        Array.Fill(segment, (byte)0xEE);
        return status;
    }

    /// <summary>Returns all bytes that were not part of a frame, as the next decoder receives them.</summary>
    public byte[] TakeRemaining()
    {
        var kept = decoder.TakeBuffered();
        byte[] rest = [.. kept is null ? [] : kept.Span, .. Unread];
        kept?.Release();
        Assert.Equal(0, decoder.Buffered);
        Assert.Equal(_fed - decoder.Offset, rest.Length);
        return rest;
    }

    /// <summary>Checks that assembled frames belong to their receiver and are unchanged until it releases them.</summary>
    public void CheckLeasedFrames()
    {
        foreach (var (index, lease) in _leased)
        {
            AssertSame(_frames[index], lease.Span);
            lease.Release();
        }

        _leased.Clear();
    }

    /// <summary>Compares before it asserts, because the assertion of xUnit takes most of the time of a property test.</summary>
    public static void AssertSame(byte[] expected, ReadOnlySpan<byte> actual)
    {
        if (!actual.SequenceEqual(expected))
        {
            Assert.Equal(expected, actual.ToArray());
        }
    }

    private FrameStatus Read(ref ReadOnlyMemory<byte> input, byte[] segment)
    {
        var (offset, before, buffered) = (decoder.Offset, input.Length, decoder.Buffered);
        var status = decoder.TryRead(ref input, out var frame);
        var taken = before - input.Length;
        Assert.InRange(decoder.Buffered, 0, mostBuffered);
        Assert.Equal(status == FrameStatus.Failed, decoder.Failure is not null);
        if (status == FrameStatus.Frame)
        {
            Assert.Equal(buffered + taken, decoder.Offset - offset);
            Assert.Equal(0, decoder.Buffered);
            Assert.Equal(buffered > 0, frame.Lease is not null);
            if (frame.Lease is { } lease)
            {
                _leased.Add((_frames.Count, lease));
            }
            else
            {
                Assert.True(MemoryMarshal.TryGetArray(frame.Memory, out var array) && ReferenceEquals(array.Array, segment), "a copy of the segment");
            }

            _frames.Add(frame.Memory.ToArray());
            return status;
        }

        Assert.Equal(offset, decoder.Offset);
        Assert.Equal(buffered + taken, decoder.Buffered);
        Assert.True(status != FrameStatus.NeedMore || input.IsEmpty, "needs more but did not consume all input");
        return status;
    }
}
