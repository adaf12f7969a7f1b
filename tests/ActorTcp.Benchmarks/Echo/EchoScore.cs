using ActorTcp.Benchmarks.Load;
using ActorTcp.Benchmarks.Peers;

namespace ActorTcp.Benchmarks.Echo;

/// <summary>All rounds of one server.</summary>
internal sealed class EchoScore(IPeer peer)
{
    private readonly List<EchoRound> _rounds = [];

    internal IPeer Peer { get; } = peer;

    /// <summary>The latencies of all rounds together, in nanoseconds.</summary>
    internal LatencyHistogram Latencies { get; } = new();

    internal void Add(EchoRound round, LatencyHistogram latencies)
    {
        _rounds.Add(round);
        Latencies.Add(latencies);
    }

    /// <summary>The median over the rounds.</summary>
    internal double Median(Func<EchoRound, double> value) => Median(_rounds.Select(value));

    /// <summary>The same of bytes per echo; null where the server has no managed heap.</summary>
    internal double? MedianAllocated() =>
        _rounds.All(round => round.AllocatedPerEcho is not null) ? Median(round => round.AllocatedPerEcho!.Value) : null;

    /// <summary>
    /// The median of this server's speed over another's in the same round: what slows the whole machine
    /// down for a while slows both.
    /// </summary>
    internal double RatioTo(EchoScore other) =>
        Median(_rounds.Zip(other._rounds, (mine, its) => mine.PerSecond / its.PerSecond));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
