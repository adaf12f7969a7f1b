using System.Numerics;

namespace ActorTcp.Benchmarks.Load;

/// <summary>
/// Counts of durations in buckets whose width grows with the value: exact below 256 ns, then 128 buckets
/// for each doubling, so a reported value is at most 1/128 (0.8 %) above the recorded one. Covers
/// every non-negative 64-bit value; recording allocates nothing.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int Bits = 7;
    private const int PerDoubling = 1 << Bits;

    private readonly long[] _counts = new long[(64 - Bits) * PerDoubling];

    internal long Count { get; private set; }

    internal void Record(long nanoseconds)
    {
        _counts[Index(nanoseconds)]++;
        Count++;
    }

    internal void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
    }

    internal void Add(LatencyHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        Count += other.Count;
    }

    /// <summary>The duration in nanoseconds that a share (0..1) of the recorded ones does not exceed.</summary>
    internal long Quantile(double share)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
                return Highest(i);
        }
        return 0;
    }

    // Value bits:  1xxxxxxx yyyy  ->  doubling = number of y bits, place in it = xxxxxxx.
    private static int Index(long value)
    {
        ulong bits = (ulong)Math.Max(0, value);
        int shift = Math.Max(0, 63 - BitOperations.LeadingZeroCount(bits | 1) - Bits);
        return (shift << Bits) + (int)(bits >> shift);
    }

    private static long Highest(int index)
    {
        int shift = Math.Max(0, (index >> Bits) - 1);
        long top = index - ((long)shift << Bits);
        return ((top + 1) << shift) - 1;
    }
}
