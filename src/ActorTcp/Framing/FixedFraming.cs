using ActorTcp.Buffers;

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
