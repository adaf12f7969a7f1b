namespace ActorTcp.Tests.Support;

/// <summary>The allocation of code on the thread that runs it.</summary>
internal static class Allocation
{
    /// <summary>
    /// Returns the least number of bytes that one of ten runs allocates after a first run: the allocation of the code itself.
    /// A single run on a busy machine may include about 4 KiB of other allocations; the next run does not.
    /// </summary>
    public static long InSteadyState(Action run)
    {
        run();
        var least = long.MaxValue;
        for (var i = 0; i < 10 && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
