namespace ActorTcp.Framing;

/// <summary>One framing for what is received and another for what is sent: lines in, bytes as they are out. From any thread.</summary>
/// <param name="received">Makes the decoders.</param>
/// <param name="sent">Makes the encoders.</param>
/// <exception cref="ArgumentNullException">One of them is null.</exception>
public sealed class SplitFraming(IFraming received, IFraming sent) : IFraming
{
    private readonly IFraming _received = received ?? throw new ArgumentNullException(nameof(received));
    private readonly IFraming _sent = sent ?? throw new ArgumentNullException(nameof(sent));

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => _received.CreateDecoder();

    /// <inheritdoc/>
    public IFrameEncoder CreateEncoder() => _sent.CreateEncoder();

    /// <summary>Both.</summary>
    public override string ToString() => $"{_received} in, {_sent} out";
}
