namespace ActorTcp.Benchmarks.Load;

/// <summary>When a stretch of load ends: after a time, or after a number of echoes.</summary>
/// <param name="Duration">How long; ignored where <paramref name="Echoes"/> is given.</param>
/// <param name="Echoes">How many echoes, or null.</param>
internal readonly record struct LoadGoal(TimeSpan Duration, long? Echoes = null);
