namespace ActorTcp.Benchmarks.Engine;

/// <summary>What one run of a measure came to.</summary>
/// <param name="Value">In the measure's unit.</param>
/// <param name="Cpu">Nanoseconds of processor time that the process took per message or actor; null where memory is measured.</param>
/// <param name="Allocated">Bytes allocated in the process per message or actor; null where that is what is measured.</param>
internal readonly record struct EngineSample(double Value, double? Cpu, double? Allocated);
