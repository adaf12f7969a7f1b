using System.Diagnostics;
using Akka.Actor;

namespace ActorTcp.Benchmarks.Engine;

/// <summary>One thing that is measured of the engine, as often as asked.</summary>
internal abstract class EngineMeasure(string name, string unit)
{
    internal string Name => name;

    internal string Unit => unit;

    internal abstract Task<EngineSample> RunAsync(ActorSystem system);

    /// <summary>Nanoseconds by the clock and of processors, and bytes, for each of so many messages or actors.</summary>
    protected static async Task<EngineSample> TimeAsync(int count, Func<Task> run)
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        await run();
        double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        return new EngineSample(nanoseconds / count, cpu.TotalNanoseconds / count, (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / count);
    }
}
