namespace ActorTcp.Tests.Support;

/// <summary>Where a <see cref="RecordingHandler"/> can be made to fail.</summary>
public enum HandlerPlace
{
    Connected,
    Received,
    Resumed,
    PeerEnded,
    Other,
}
