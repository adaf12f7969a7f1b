namespace ActorTcp.Benchmarks.Native;

/// <summary>The idle time of cores, from /proc/stat, which counts in units of 10 ms.</summary>
internal static class CoreIdle
{
    private const double SecondsPerTick = 0.01;

    /// <summary>Seconds since boot, summed over the cores.</summary>
    internal static double Seconds(CoreSet cores)
    {
        var names = cores.Cores.Select(core => $"cpu{core}").ToHashSet();
        long ticks = 0;
        foreach (string line in File.ReadLines("/proc/stat"))
        {
            // cpuN user nice system idle iowait ...
            string[] fields = line.Split(' ');
            if (names.Contains(fields[0]))
                ticks += long.Parse(fields[4], CultureInfo.InvariantCulture) + long.Parse(fields[5], CultureInfo.InvariantCulture);
        }
        return ticks * SecondsPerTick;
    }
}
