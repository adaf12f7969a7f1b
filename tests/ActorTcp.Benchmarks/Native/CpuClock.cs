namespace ActorTcp.Benchmarks.Native;

/// <summary>User plus system time, in nanoseconds: finer than the 10 ms ticks of /proc/[pid]/stat.</summary>
internal static unsafe class CpuClock
{
    /// <summary>The CPU time that all threads of a process have used, including ended threads.</summary>
    internal static long OfProcess(int process)
    {
        int clock;
        int errno = Libc.ClockGetCpuClockId(process, &clock);
        if (errno != 0)
            throw new InvalidOperationException($"no CPU clock of process {process}: errno {errno}");
        return Read(clock);
    }

    internal static long OfThisThread() => Read(Libc.CLOCK_THREAD_CPUTIME_ID);

    private static long Read(int clock)
    {
        TimeSpec time;
        if (Libc.ClockGetTime(clock, &time) != 0)
            throw new InvalidOperationException($"clock_gettime: {Libc.LastError()}");
        return time.TotalNanoseconds;
    }
}
