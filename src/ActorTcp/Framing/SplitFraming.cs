namespace ActorTcp.Framing;

/// <summary>Uses one framing for received frames and another for sent frames. Can be used from any thread.</summary>
/// <param name="received">The framing of received frames; it creates the decoders.</param>
/// <param name="sent">The framing of sent frames; it creates the encoders.</param>
/// <exception cref="ArgumentNullException">An argument is null.</exception>
public sealed class SplitFraming(IFraming received, IFraming sent) : IFraming
{
    /// <summary>The framing of received frames.</summary>
    public IFraming Received { get; } = received ?? throw new ArgumentNullException(nameof(received));

    /// <summary>The framing of sent frames.</summary>
    public IFraming Sent { get; } = sent ?? throw new ArgumentNullException(nameof(sent));

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => Received.CreateDecoder();

    /// <inheritdoc/>
    public IFrameEncoder CreateEncoder() => Sent.CreateEncoder();

    /// <summary>Returns the descriptions of both framings.</summary>
    public override string ToString() => $"{Received} in, {Sent} out";
}
