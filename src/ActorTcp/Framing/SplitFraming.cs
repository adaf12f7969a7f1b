namespace ActorTcp.Framing;

/// <summary>Uses one framing for received frames and another for sent frames. Can be used from any thread.</summary>
/// <param name="received">The framing of received frames; it creates the decoders.</param>
/// <param name="sent">The framing of sent frames; it creates the encoders.</param>
/// <exception cref="ArgumentNullException">An argument is null.</exception>
public sealed class SplitFraming(IFraming received, IFraming sent) : IFraming
{
    private readonly IFraming _received = received ?? throw new ArgumentNullException(nameof(received));
    private readonly IFraming _sent = sent ?? throw new ArgumentNullException(nameof(sent));

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => _received.CreateDecoder();

    /// <inheritdoc/>
    public IFrameEncoder CreateEncoder() => _sent.CreateEncoder();

    /// <summary>Returns the descriptions of both framings.</summary>
    public override string ToString() => $"{_received} in, {_sent} out";
}
