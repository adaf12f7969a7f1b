namespace ActorTcp.Framing;

/// <summary>A framing whose frames all have the same size, without header or delimiter. Can be used from any thread.</summary>
public sealed class FixedFraming : IFraming
{
    /// <summary>Creates a framing whose frames all have the same size.</summary>
    /// <param name="size">The size of each frame in bytes: 1 to 1 GiB.</param>
    /// <exception cref="ArgumentException">The size is out of its range. The message gives the value and the rule.</exception>
    public FixedFraming(int size) => Size = FramingArgument.Limit(size);

    /// <summary>The size of each frame in bytes.</summary>
    public int Size { get; }

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new FixedDecoder(Size);

    /// <inheritdoc/>
    public IFrameEncoder CreateEncoder() => new FixedEncoder(Size);

    /// <summary>Returns a description of the framing, with its size.</summary>
    public override string ToString() => $"frames of {Size} bytes";
}

/// <summary>Decodes frames of one size.</summary>
internal sealed class FixedDecoder(int size) : FrameDecoder(size, overhead: 0)
{
    private readonly int _size = size;

    protected override FrameScanResult Scan(ReadOnlySpan<byte> bytes, int examined) =>
        bytes.Length < _size ? FrameScanResult.NeedTotal(_size) : FrameScanResult.Frame(_size, 0, _size);
}

/// <summary>Encodes frames of one size, and refuses payloads of any other size.</summary>
internal sealed class FixedEncoder(int size) : IFrameEncoder
{
    public int MaxHeaderLength => 0;

    public bool IsStateless => true;

    public bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal)
    {
        refusal = payload.Length == size ? null : Error(payload.Length);
        frame = refusal is null ? new EncodedFrame(default, payload, default) : default;
        return refusal is null;
    }

    private FrameError Error(int length) => length > size
        ? EncodeError.TooLong(length, size)
        : EncodeError.Of(FrameErrorKind.WrongLength, length, size, 0, $"A payload has {length} bytes; it must have {size} bytes");
}
