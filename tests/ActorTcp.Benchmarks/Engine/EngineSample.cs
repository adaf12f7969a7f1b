namespace ActorTcp.Benchmarks.Engine;

/// <summary>What one run of a measure came to.</summary>
/// <param name="Value">In the measure's unit.</param>
/// <param name="Allocated">Bytes allocated in the process per message or actor; null where that is what is measured.</param>
internal readonly record struct EngineSample(double Value, double? Allocated);
