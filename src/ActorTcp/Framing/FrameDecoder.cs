using ActorTcp.Memory;

namespace ActorTcp.Framing;

/// <summary>
/// A decoder that puts frames together by itself, so that a derived class only has to say where in a row of bytes the
/// first frame ends (<see cref="Scan"/>). A frame inside one segment is handed out as a slice of it. A frame that spans
/// segments is copied once, into leased memory that grows with the bytes that came, and not with what a header says.
/// </summary>
/// <remarks>One decoder reads one stream, and is used by one thread at a time. In steady state it allocates nothing.</remarks>
public abstract class FrameDecoder : IFrameDecoder
{
    /// <summary>Where a frame's length is not known, so many bytes are added to it for a first look, then twice as many, and so on.</summary>
    private const int FirstStep = 64;

    /// <summary>A frame that is known to be no longer than this gets its memory at once; that of a longer one doubles as its bytes come.</summary>
    private const int RentedAtOnce = 4096;

    private readonly int _maxLength;
    private readonly int _mostKept;

    // A frame of which only the beginning has come: its bytes, how many Scan has seen, and how many it said it needs.
    private Slab? _kept;
    private int _count;
    private int _examined;
    private int _needed;

    /// <summary>A decoder at the beginning of a stream.</summary>
    /// <param name="maxLength">The most bytes that a frame may have, its header and delimiter not counted; at least 1.</param>
    /// <param name="overhead">The most bytes of header and delimiter beside them; at least 0.</param>
    /// <exception cref="ArgumentException">A number is out of its range, or both together exceed <see cref="int.MaxValue"/>.</exception>
    protected FrameDecoder(int maxLength, int overhead)
    {
        _maxLength = FramingArgument.InRange(maxLength, 1, int.MaxValue);
        _mostKept = maxLength + FramingArgument.InRange(overhead, 0, int.MaxValue - maxLength);
    }

    /// <inheritdoc/>
    public long Offset { get; private set; }

    /// <inheritdoc/>
    public int Buffered => _count;

    /// <inheritdoc/>
    public FrameError? Failure { get; private set; }

    /// <inheritdoc/>
    public FrameStatus TryRead(ref ReadOnlyMemory<byte> input, out Frame frame)
    {
        if (Failure is not null)
        {
            frame = default;
            return FrameStatus.Failed;
        }

        return _kept is null ? ReadFromInput(ref input, out frame) : ReadFromKept(_kept, ref input, out frame);
    }

    /// <inheritdoc/>
    public Lease? TakeBuffered()
    {
        if (_kept is null)
        {
            return null;
        }

        var lease = new Lease(new SlabSlice(_kept, 0, _count).Share());
        Forget();
        return lease;
    }

    /// <inheritdoc/>
    public void Reset(long offset = 0)
    {
        Forget();
        Failure = null;
        Offset = offset;
    }

    /// <summary>
    /// Looks for the first frame in a row of bytes. The answer must depend on nothing but the bytes, and one that is not
    /// <see cref="FrameScanResult.NeedMore"/> must stay the same when bytes are added behind them; else it would depend on how
    /// the network splits the stream. Must not throw.
    /// </summary>
    /// <param name="bytes">The bytes from the frame's first one on, at least 1.</param>
    /// <param name="examined">How many of them earlier calls have seen already, without finding a frame; 0 where it is the first.</param>
    protected abstract FrameScanResult Scan(ReadOnlySpan<byte> bytes, int examined);

    private FrameStatus ReadFromInput(ref ReadOnlyMemory<byte> input, out Frame frame)
    {
        frame = default;
        if (input.IsEmpty)
        {
            return FrameStatus.NeedMore;
        }

        var scan = Checked(Scan(input.Span, 0), input.Length);
        switch (scan.Status)
        {
            case FrameStatus.Frame:
                frame = new Frame(input.Slice(scan.Start, scan.Count));
                input = input[scan.Length..];
                Offset += scan.Length;
                return FrameStatus.Frame;
            case FrameStatus.NeedMore:
                _needed = scan.Length;
                Append(input.Span);
                _examined = _count;
                input = default;
                return FrameStatus.NeedMore;
            default:
                return Fail(scan);
        }
    }

    private FrameStatus ReadFromKept(Slab kept, ref ReadOnlyMemory<byte> input, out Frame frame)
    {
        frame = default;
        for (var step = FirstStep; !input.IsEmpty; step = Math.Min(step * 2, kept.Size))
        {
            var before = _count;
            var wanted = _needed > before ? _needed - before : step;
            var taken = Math.Min(Math.Min(wanted, input.Length), _mostKept - before);
            Append(input.Span[..taken]);
            kept = _kept!;
            var scan = _count < _needed ? FrameScanResult.NeedTotal(_needed) : Checked(Scan(kept.Span(0, _count), _examined), _count);
            switch (scan.Status)
            {
                case FrameStatus.Frame:
                    Debug.Assert(scan.Length > before, "what was kept held no frame");
                    frame = new Frame(new Lease(new SlabSlice(kept, scan.Start, scan.Count).Share()));
                    input = input[(scan.Length - before)..];
                    Offset += scan.Length;
                    Forget();
                    return FrameStatus.Frame;
                case FrameStatus.NeedMore:
                    _examined = _count;
                    _needed = scan.Length;
                    input = input[taken..];
                    break;
                default:
                    _count = before;
                    return Fail(scan);
            }
        }

        return FrameStatus.NeedMore;
    }

    /// <summary>Holds a derived class to its contract, and to its limit in any case.</summary>
    private FrameScanResult Checked(in FrameScanResult scan, int available)
    {
        if (scan.Status == FrameStatus.Frame)
        {
            if (scan.Length < 1 || scan.Length > available || scan.Start < 0 || scan.Count < 0 || scan.Count > scan.Length - scan.Start)
            {
                throw new InvalidOperationException(
                    $"{GetType().Name} found a frame of {scan.Length} bytes, {scan.Count} of them from {scan.Start} on, in {available} bytes.");
            }

            return scan.Length > _mostKept ? FrameScanResult.TooLong(scan.Length) : scan;
        }

        if (scan.Status == FrameStatus.NeedMore)
        {
            if (scan.Length != 0 && scan.Length <= available)
            {
                throw new InvalidOperationException($"{GetType().Name} has {available} bytes and asked for {scan.Length}.");
            }

            var least = Math.Max(scan.Length, available + 1L);
            return least > _mostKept ? FrameScanResult.TooLong(scan.Length == 0 ? _mostKept + 1L : least) : scan;
        }

        return scan;
    }

    private FrameStatus Fail(in FrameScanResult scan)
    {
        var text = scan.Fault == FrameErrorKind.TooLong
            ? $"A frame of {scan.Size} bytes at offset {Offset} exceeds the limit of {_maxLength} bytes"
            : $"{scan.Text}, at offset {Offset}";
        Failure = new FrameError(scan.Fault, scan.Size, _maxLength, Offset, text);
        return FrameStatus.Failed;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        var length = _count + bytes.Length;
        if (_kept is null)
        {
            _kept = ThreadSlabs.Rent(Math.Max(length, Math.Min(_needed, RentedAtOnce)));
        }
        else if (_kept.Size < length)
        {
            var most = _needed > 0 ? _needed : _mostKept;
            var larger = ThreadSlabs.Rent(Math.Max(length, (int)Math.Min(_kept.Size * 2L, most)));
            _kept.Span(0, _count).CopyTo(larger.Span(0, _count));
            _kept.Release();
            _kept = larger;
        }

        bytes.CopyTo(_kept.Span(_count, bytes.Length));
        _count = length;
    }

    private void Forget()
    {
        _kept?.Release();
        _kept = null;
        _count = 0;
        _examined = 0;
        _needed = 0;
    }
}
