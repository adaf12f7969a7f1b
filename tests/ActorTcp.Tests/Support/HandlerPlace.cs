namespace ActorTcp.Tests.Support;

/// <summary>The places where a <see cref="RecordingHandler"/> can fail.</summary>
public enum HandlerPlace
{
    Connected,
    Received,
    Resumed,
    PeerEnded,
    Other,
}
