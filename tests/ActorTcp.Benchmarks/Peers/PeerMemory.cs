namespace ActorTcp.Benchmarks.Peers;

/// <summary>What a server holds.</summary>
/// <param name="LiveBytes">On the managed heap behind a full collection; null where there is none.</param>
/// <param name="ResidentBytes">Its resident set.</param>
internal readonly record struct PeerMemory(long? LiveBytes, long ResidentBytes);
