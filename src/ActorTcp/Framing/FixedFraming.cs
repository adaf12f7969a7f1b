namespace ActorTcp.Framing;

/// <summary>Frames of one size.</summary>
public sealed class FixedFraming : IFraming
{
    /// <summary>Frames of one size.</summary>
    /// <param name="size">The size in bytes: 1 to 1 GiB.</param>
    /// <exception cref="ArgumentException">The size breaks its rule; the message names both.</exception>
    public FixedFraming(int size) => Size = FramingArgument.Limit(size);

    /// <summary>The size in bytes.</summary>
    public int Size { get; }

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new FixedDecoder(Size);

    /// <inheritdoc/>
    public IFrameEncoder CreateEncoder() => new FixedEncoder(Size);

    /// <summary>The framing in words.</summary>
    public override string ToString() => $"frames of {Size} bytes";
}

/// <summary>Reads frames of one size.</summary>
internal sealed class FixedDecoder(int size) : FrameDecoder(size, overhead: 0)
{
    private readonly int _size = size;

    protected override FrameScanResult Scan(ReadOnlySpan<byte> bytes, int examined) =>
        bytes.Length < _size ? FrameScanResult.NeedTotal(_size) : FrameScanResult.Frame(_size, 0, _size);
}

/// <summary>Writes frames of one size: refuses payloads of another.</summary>
internal sealed class FixedEncoder(int size) : IFrameEncoder
{
    public int MaxHeaderLength => 0;

    public bool TryEncode(ReadOnlyMemory<byte> payload, Memory<byte> header, out EncodedFrame frame, [NotNullWhen(false)] out FrameError? refusal)
    {
        refusal = payload.Length == size ? null : Refuse(payload.Length);
        frame = refusal is null ? new EncodedFrame(default, payload, default) : default;
        return refusal is null;
    }

    private FrameError Refuse(int length) => length > size
        ? EncodeError.TooLong(length, size)
        : EncodeError.Of(FrameErrorKind.WrongLength, length, size, 0, $"A payload of {length} bytes is no frame of {size} bytes");
}
