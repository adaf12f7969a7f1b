namespace ActorTcp.Framing;

/// <summary>
/// The frames of one payload that is sent to many connections. Each framing encodes it once. Can be used from any thread.
/// </summary>
internal sealed class SharedFrame
{
    /// <summary>The maximum number of framings whose frames are kept. With more, the list of frames would be slower than encoding.</summary>
    private const int MaxFramings = 8;

    private readonly Lock _lock = new();
    private volatile Encoded? _last;

    /// <summary>Returns the frame of the payload in a framing. The first call for a framing encodes it.</summary>
    /// <param name="framing">The framing. Only the same object counts as the same framing.</param>
    /// <param name="encoder">An encoder of the framing, which has no state.</param>
    /// <param name="payload">The payload, which is the same for all calls.</param>
    public Encoded FrameOf(IFraming framing, IFrameEncoder encoder, ReadOnlyMemory<byte> payload)
    {
        if (Find(framing) is { } encoded)
        {
            return encoded;
        }

        lock (_lock)
        {
            return Find(framing) ?? Encode(framing, encoder, payload);
        }
    }

    private Encoded? Find(IFraming framing)
    {
        for (var encoded = _last; encoded is not null; encoded = encoded.Next)
        {
            if (ReferenceEquals(encoded.Framing, framing))
            {
                return encoded;
            }
        }

        return null;
    }

    private Encoded Encode(IFraming framing, IFrameEncoder encoder, ReadOnlyMemory<byte> payload)
    {
        var bytes = Array.Empty<byte>();
        if (encoder.TryEncode(payload, new byte[encoder.MaxHeaderLength], out var frame, out var refusal))
        {
            bytes = GC.AllocateUninitializedArray<byte>(frame.Length);
            frame.CopyTo(bytes);
        }

        var encoded = new Encoded(framing, bytes, refusal, _last);
        if (encoded.Count <= MaxFramings)
        {
            _last = encoded;
        }

        return encoded;
    }

    /// <summary>A frame, or the reason why the encoder refused the payload.</summary>
    internal sealed class Encoded(IFraming framing, byte[] bytes, FrameError? refusal, Encoded? next)
    {
        public IFraming Framing => framing;

        public byte[] Bytes => bytes;

        public FrameError? Refusal => refusal;

        public Encoded? Next => next;

        public int Count { get; } = (next?.Count ?? 0) + 1;
    }
}
