using ActorTcp.Buffers;

namespace ActorTcp.Framing;

/// <summary>Frames that end with a fixed sequence of bytes.</summary>
public sealed class DelimiterFraming : IFraming
{
    private const int LongestDelimiter = 256;

    private readonly byte[] _delimiter;

    /// <summary>Frames that end with a delimiter.</summary>
    /// <param name="delimiter">The delimiter: 1 to 256 bytes, copied.</param>
    /// <param name="maxLength">The most bytes of a frame, its delimiter not counted: 1 to 1 GiB.</param>
    /// <param name="keepDelimiter">
    /// Whether frames are handed out with their delimiter. Then a payload that is sent must have one, too, and is sent as it is.
    /// </param>
    /// <exception cref="ArgumentException">A value breaks its rule; the message names both.</exception>
    public DelimiterFraming(ReadOnlySpan<byte> delimiter, int maxLength, bool keepDelimiter = false)
    {
        if (delimiter.Length is < 1 or > LongestDelimiter)
        {
            throw new ArgumentException($"delimiter has {delimiter.Length} bytes; it must have 1 to {LongestDelimiter}.", nameof(delimiter));
        }

        MaxLength = FramingArgument.Limit(maxLength);
        KeepDelimiter = keepDelimiter;
        _delimiter = delimiter.ToArray();
    }

    /// <summary>The delimiter.</summary>
    public ReadOnlyMemory<byte> Delimiter => _delimiter;

    /// <summary>The most bytes of a frame, its delimiter not counted.</summary>
    public int MaxLength { get; }

    /// <summary>Whether frames are handed out with their delimiter.</summary>
    public bool KeepDelimiter { get; }

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new DelimiterDecoder(_delimiter, MaxLength, KeepDelimiter);

    /// <inheritdoc/>
    public IFrameEncoder CreateEncoder() => new DelimiterEncoder(_delimiter, MaxLength, KeepDelimiter);

    /// <summary>The framing in words.</summary>
    public override string ToString() => $"frames of at most {MaxLength} bytes, ending with {Convert.ToHexString(_delimiter)}";
}
