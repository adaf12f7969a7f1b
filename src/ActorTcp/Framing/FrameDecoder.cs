using ActorTcp.Memory;

namespace ActorTcp.Framing;

/// <summary>
/// The base class of decoders. It buffers incomplete frames, so that a derived class only implements <see cref="Scan"/>, which finds the
/// end of the first frame.
/// </summary>
/// <remarks>
/// <para>A frame that is complete in the input is returned as a slice of it. Any other frame is copied to leased memory. That memory grows
/// with the received bytes, not with the length in a header, so a peer cannot reserve memory by announcing a long frame.</para>
/// <para>One decoder reads one stream, and is used by one thread at a time. In steady state it allocates nothing.</para>
/// </remarks>
public abstract class FrameDecoder : IFrameDecoder
{
    /// <summary>
    /// The number of bytes that are added to the buffer before the first scan, if the length of the frame is not known. It doubles before
    /// each further scan. With small steps, few bytes of the next frame are copied; doubling limits the number of scans.
    /// </summary>
    private const int FirstStep = 64;

    /// <summary>
    /// Up to this number of bytes, the buffer gets the needed size at once. The buffer of a longer frame doubles as its bytes arrive.
    /// </summary>
    private const int MaxInitialBuffer = 4096;

    private readonly int _maxLength;
    private readonly int _maxBuffered;

    // The beginning of an incomplete frame: its bytes, the number of them that Scan has seen, and the number that Scan needs (0: unknown).
    private Slab? _buffer;
    private int _count;
    private int _examined;
    private int _needed;

    /// <summary>Creates a decoder at offset 0 of a stream.</summary>
    /// <param name="maxLength">The maximum length of a frame in bytes, without header and delimiter; at least 1.</param>
    /// <param name="overhead">The maximum length of header and delimiter together in bytes; at least 0.</param>
    /// <exception cref="ArgumentException">An argument is out of its range, or their sum exceeds <see cref="int.MaxValue"/>.</exception>
    protected FrameDecoder(int maxLength, int overhead)
    {
        _maxLength = FramingArgument.InRange(maxLength, 1, int.MaxValue);
        _maxBuffered = maxLength + FramingArgument.InRange(overhead, 0, int.MaxValue - maxLength);
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

        return _buffer is null ? ReadFromInput(ref input, out frame) : ReadFromBuffer(_buffer, ref input, out frame);
    }

    /// <inheritdoc/>
    public Lease? TakeBuffered()
    {
        if (_buffer is null)
        {
            return null;
        }

        var lease = new Lease(new SlabSlice(_buffer, 0, _count).Share());
        ClearBuffer();
        return lease;
    }

    /// <inheritdoc/>
    public void Reset(long offset = 0)
    {
        ClearBuffer();
        Failure = null;
        Offset = offset;
    }

    /// <summary>Looks for the first frame. Must not throw.</summary>
    /// <remarks>
    /// The result must depend only on the bytes. A frame or a failure must stay the same when more bytes follow. Otherwise the result
    /// would depend on how the network splits the stream.
    /// </remarks>
    /// <param name="bytes">The received bytes, from the first byte of the frame; at least 1.</param>
    /// <param name="examined">The number of these bytes that earlier calls have seen without finding a frame; 0 in the first call.</param>
    /// <returns>
    /// A frame, a failure, or the need of more bytes; see the static members of <see cref="FrameScanResult"/>. A result that contradicts
    /// <paramref name="bytes"/> makes <see cref="TryRead"/> throw <see cref="InvalidOperationException"/>.
    /// </returns>
    protected abstract FrameScanResult Scan(ReadOnlySpan<byte> bytes, int examined);

    private FrameStatus ReadFromInput(ref ReadOnlyMemory<byte> input, out Frame frame)
    {
        frame = default;
        if (input.IsEmpty)
        {
            return FrameStatus.NeedMore;
        }

        var scan = Validate(Scan(input.Span, 0), input.Length);
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

    private FrameStatus ReadFromBuffer(Slab buffer, ref ReadOnlyMemory<byte> input, out Frame frame)
    {
        frame = default;
        for (var step = FirstStep; !input.IsEmpty; step = Math.Min(step * 2, buffer.Size))
        {
            var before = _count;
            var wanted = _needed > before ? _needed - before : step;
            var taken = Math.Min(Math.Min(wanted, input.Length), _maxBuffered - before);
            Append(input.Span[..taken]);
            buffer = _buffer!;
            var scan = _count < _needed ? FrameScanResult.NeedTotal(_needed) : Validate(Scan(buffer.Span(0, _count), _examined), _count);
            switch (scan.Status)
            {
                case FrameStatus.Frame:
                    Debug.Assert(scan.Length > before, "The buffered bytes contained a frame that Scan did not find earlier");
                    frame = new Frame(new Lease(new SlabSlice(buffer, scan.Start, scan.Count).Share()));
                    input = input[(scan.Length - before)..];
                    Offset += scan.Length;
                    ClearBuffer();
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

    /// <summary>Throws if the derived class breaks the contract of <see cref="Scan"/>, and enforces the limit even if it does not.</summary>
    private FrameScanResult Validate(in FrameScanResult scan, int available)
    {
        if (scan.Status == FrameStatus.Frame)
        {
            if (scan.Length < 1 || scan.Length > available || scan.Start < 0 || scan.Count < 0 || scan.Count > scan.Length - scan.Start)
            {
                throw new InvalidOperationException(
                    $"{GetType().Name}.Scan returned a frame of {scan.Length} bytes with start {scan.Start} and count {scan.Count}; it must lie within the {available} available bytes.");
            }

            return scan.Length > _maxBuffered ? FrameScanResult.TooLong(scan.Length) : scan;
        }

        if (scan.Status == FrameStatus.NeedMore)
        {
            if (scan.Length != 0 && scan.Length <= available)
            {
                throw new InvalidOperationException($"{GetType().Name}.Scan needs {scan.Length} bytes; it must need more than the {available} available bytes.");
            }

            var least = Math.Max(scan.Length, available + 1L);
            return least > _maxBuffered ? FrameScanResult.TooLong(scan.Length == 0 ? _maxBuffered + 1L : least) : scan;
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
        if (_buffer is null)
        {
            _buffer = ThreadSlabs.Rent(Math.Max(length, Math.Min(_needed, MaxInitialBuffer)));
        }
        else if (_buffer.Size < length)
        {
            var most = _needed > 0 ? _needed : _maxBuffered;
            var larger = ThreadSlabs.Rent(Math.Max(length, (int)Math.Min(_buffer.Size * 2L, most)));
            _buffer.Span(0, _count).CopyTo(larger.Span(0, _count));
            _buffer.Release();
            _buffer = larger;
        }

        bytes.CopyTo(_buffer.Span(_count, bytes.Length));
        _count = length;
    }

    private void ClearBuffer()
    {
        _buffer?.Release();
        _buffer = null;
        _count = 0;
        _examined = 0;
        _needed = 0;
    }
}
