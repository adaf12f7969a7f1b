namespace ActorTcp.Benchmarks.Load;

/// <summary>What one stretch of load brought.</summary>
/// <param name="Echoes">Messages whose reply came in full before the end.</param>
/// <param name="Elapsed">From the first send to the end.</param>
/// <param name="Busy">How much of that the client's thread worked rather than waited.</param>
internal readonly record struct LoadMeasure(long Echoes, TimeSpan Elapsed, TimeSpan Busy)
{
    internal double PerSecond => Echoes / Elapsed.TotalSeconds;
}
