using System.Diagnostics;
using ActorTcp.Benchmarks.Native;
using ActorTcp.Benchmarks.Peers;

namespace ActorTcp.Benchmarks.Echo;

/// <summary>Where everything stands at one end of a measurement.</summary>
/// <param name="Time">Of the monotonic clock.</param>
/// <param name="Echoes">Done on the round's connections.</param>
/// <param name="Server">What the server has used.</param>
/// <param name="ClientCpuNanoseconds">What this process has used.</param>
/// <param name="IdleSeconds">What the cores of both have not used.</param>
internal readonly record struct RunSample(long Time, long Echoes, PeerSample Server, long ClientCpuNanoseconds, double IdleSeconds)
{
    internal static async Task<RunSample> TakeAsync(PeerProcess server, long echoes, CoreSet cores, CancellationToken stop)
    {
        PeerSample sample = await server.SampleAsync(stop);
        return new RunSample(
            Stopwatch.GetTimestamp(), echoes, sample, CpuClock.OfProcess(Environment.ProcessId), CoreIdle.Seconds(cores));
    }
}
