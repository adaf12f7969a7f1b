namespace ActorTcp.Framing;

/// <summary>
/// Defines how a stream is split into frames. It creates the decoder and the encoder of each connection. Its members are called from any
/// thread.
/// </summary>
public interface IFraming
{
    /// <summary>Creates a decoder for one stream.</summary>
    IFrameDecoder CreateDecoder();

    /// <summary>Creates an encoder for one stream.</summary>
    IFrameEncoder CreateEncoder();
}
