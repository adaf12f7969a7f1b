namespace ActorTcp.Framing;

/// <summary>How a stream is cut into frames: makes the decoder and the encoder of each connection. From any thread.</summary>
public interface IFraming
{
    /// <summary>A decoder for one stream.</summary>
    IFrameDecoder CreateDecoder();

    /// <summary>An encoder for one stream.</summary>
    IFrameEncoder CreateEncoder();
}
