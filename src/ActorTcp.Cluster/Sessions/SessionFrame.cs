namespace ActorTcp.Cluster;

/// <summary>A frame of the client.</summary>
/// <param name="Number">
/// The number of the frame in the session, starting at 1. A session that continues after the crash of its node may receive frames again that the crashed
/// node had already processed but not acknowledged. They have the same numbers and bytes.
/// </param>
/// <param name="Bytes">The bytes. They belong to the receiver, and never change.</param>
public readonly record struct SessionFrame(long Number, ReadOnlyMemory<byte> Bytes);
