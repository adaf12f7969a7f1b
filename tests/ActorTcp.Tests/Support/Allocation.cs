namespace ActorTcp.Tests.Support;

/// <summary>What code allocates on the thread that runs it.</summary>
internal static class Allocation
{
    /// <summary>
    /// The least number of bytes that one of ten runs behind a first one allocated: what the code itself needs each time. A
    /// single run may see some 4 KiB that are not the code's, as seen on a busy machine; the next one does not.
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
