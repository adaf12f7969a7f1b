using HdrHistogram;

namespace ActorTcp.Benchmarks.Load;

/// <summary>Histograms of latencies in nanoseconds: three significant digits up to a minute. Recording allocates nothing.</summary>
internal static class Latencies
{
    private const long Highest = 60_000_000_000;

    internal static LongHistogram Create() => new(1, Highest, 3);

    /// <summary>Records a latency; one above a minute counts as a minute.</summary>
    internal static void Record(this LongHistogram histogram, long nanoseconds) =>
        histogram.RecordValue(Math.Clamp(nanoseconds, 0, Highest));

    internal static double Micros(this LongHistogram histogram, double percentile) =>
        histogram.GetValueAtPercentile(percentile) / 1000.0;
}
