namespace ActorTcp.Tests.Framing;

/// <summary>
/// One decoder on one stream, held to what every decoder promises on the way: no byte lost or doubled, bytes kept only within the
/// bound, frames that stay as they are when the segment they came in is overwritten.
/// </summary>
internal sealed class Decoding(IFrameDecoder decoder, int mostBuffered = int.MaxValue)
{
    private readonly List<byte[]> _frames = [];
    private readonly List<(int Index, Lease Lease)> _leased = [];
    private long _fed;

    public IFrameDecoder Decoder => decoder;

    /// <summary>The frames so far, each as it was when it was handed out.</summary>
    public IReadOnlyList<byte[]> Frames => _frames;

    /// <summary>How many frames were put together.</summary>
    public int LeasedCount => _leased.Count;

    /// <summary>Bytes that were given, and not read when the decoder failed.</summary>
    public byte[] Unread { get; private set; } = [];

    /// <summary>Decodes a whole stream, cut into segments.</summary>
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

    /// <summary>A stream, cut at some offsets; cuts outside it are none.</summary>
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

    /// <summary>Everything that was not handed out, as the next decoder would get it.</summary>
    public byte[] TakeRest()
    {
        var kept = decoder.TakeBuffered();
        byte[] rest = [.. kept is null ? [] : kept.Span, .. Unread];
        kept?.Release();
        Assert.Equal(0, decoder.Buffered);
        Assert.Equal(_fed - decoder.Offset, rest.Length);
        return rest;
    }

    /// <summary>Frames that were put together are their receiver's, unchanged until it releases them.</summary>
    public void CheckLeasedFrames()
    {
        foreach (var (index, lease) in _leased)
        {
            AssertSame(_frames[index], lease.Span);
            lease.Release();
        }

        _leased.Clear();
    }

    /// <summary>Compares first, because the assertion of xUnit takes most of the time of a property test.</summary>
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
        Assert.True(status != FrameStatus.NeedMore || input.IsEmpty, "needs more and leaves some");
        return status;
    }
}
