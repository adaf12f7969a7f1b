using HdrHistogram;

namespace ActorTcp.Benchmarks.Echo;

/// <summary>All rounds of one server.</summary>
internal sealed class EchoScore(IPeer peer)
{
    private readonly List<EchoRound> _rounds = [];

    internal IPeer Peer { get; } = peer;

    /// <summary>The latencies of all rounds together, in nanoseconds.</summary>
    internal LongHistogram Latencies { get; } = Load.Latencies.Create();

    internal void Add(EchoRound round, LongHistogram latencies)
    {
        _rounds.Add(round);
        Latencies.Add(latencies);
    }

    /// <summary>The median over the rounds.</summary>
    internal double Median(Func<EchoRound, double> value) => Median(_rounds.Select(value));

    /// <summary>The median of the bytes that an operation allocates; null if the server has no managed heap.</summary>
    internal double? MedianAllocated() =>
        _rounds.All(round => round.Allocated is not null) ? Median(round => round.Allocated!.Value) : null;

    /// <summary>
    /// The median of this server's CPU time per operation relative to another server in the same round.
    /// A slowdown of the whole machine affects both.
    /// </summary>
    internal double CpuRatioTo(EchoScore other) =>
        Median(_rounds.Zip(other._rounds, (mine, its) => mine.ServerCpuMicros / its.ServerCpuMicros));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

/// <summary>One measurement of one server.</summary>
/// <param name="PerSecond">Operations per second.</param>
/// <param name="ServerCpuMicros">Server CPU per operation, in microseconds.</param>
/// <param name="ServerBusy">Server CPU per time: 1 is one core in full.</param>
/// <param name="ClientBusy">The share of the time in which the client worked rather than waited.</param>
/// <param name="Others">The share of the cores of both that was used by other processes, or by other guests of the host.</param>
/// <param name="Allocated">Bytes of managed heap per operation; null if the server has none.</param>
internal sealed record EchoRound(
    double PerSecond,
    double ServerCpuMicros,
    double ServerBusy,
    double ClientBusy,
    double Others,
    double? Allocated)
{
    internal double ClientMicros => ClientBusy * 1e6 / PerSecond;
}
