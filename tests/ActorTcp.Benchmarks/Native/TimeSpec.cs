using System.Runtime.InteropServices;

namespace ActorTcp.Benchmarks.Native;

/// <summary>struct timespec of a 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    internal long Seconds;
    internal long Nanoseconds;

    internal readonly long TotalNanoseconds => (Seconds * 1_000_000_000) + Nanoseconds;
}
