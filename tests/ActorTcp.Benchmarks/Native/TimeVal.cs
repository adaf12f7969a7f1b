using System.Runtime.InteropServices;

namespace ActorTcp.Benchmarks.Native;

/// <summary>struct timeval of a 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeVal
{
    internal long Seconds;
    internal long Microseconds;
}
