namespace ActorTcp.Benchmarks.Peers;

/// <summary>What a server has used up since it started.</summary>
/// <param name="CpuNanoseconds">User plus system time of all its threads.</param>
/// <param name="AllocatedBytes">On the managed heap; null where there is none.</param>
internal readonly record struct PeerSample(long CpuNanoseconds, long? AllocatedBytes);
