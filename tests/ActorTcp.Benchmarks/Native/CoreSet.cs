namespace ActorTcp.Benchmarks.Native;

/// <summary>A set of processor cores, and the calls that confine threads to one.</summary>
internal sealed unsafe class CoreSet
{
    // Room for 8192 cores, the maximum of Linux. The kernel reads as many words as it needs.
    private const int Words = 128;

    private readonly ulong[] _mask;

    private CoreSet(ulong[] mask) => _mask = mask;

    internal CoreSet(IEnumerable<int> cores)
        : this(new ulong[Words])
    {
        foreach (int core in cores)
            _mask[core / 64] |= 1UL << (core % 64);
    }

    /// <summary>One more than the highest core number a set can hold.</summary>
    internal const int MaxCores = Words * 64;

    internal IReadOnlyList<int> Cores =>
        [.. Enumerable.Range(0, MaxCores).Where(core => (_mask[core / 64] >> (core % 64) & 1) != 0)];

    /// <summary>The cores that the calling thread may run on.</summary>
    internal static CoreSet OfThisThread()
    {
        var mask = new ulong[Words];
        fixed (ulong* pointer = mask)
        {
            if (Libc.SchedGetAffinity(0, Words * sizeof(ulong), pointer) < 0)
                throw new InvalidOperationException($"sched_getaffinity: {Libc.LastError()}");
        }
        return new CoreSet(mask);
    }

    /// <summary>Confines the calling thread and the threads and processes that it starts later.</summary>
    internal void ConfineThisThread() => Confine(0);

    /// <summary>Confines every current thread of this process, and with them all later threads.</summary>
    internal void ConfineThisProcess()
    {
        foreach (string task in Directory.GetDirectories("/proc/self/task"))
            Confine(int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Join(',', Cores);

    private void Confine(int thread)
    {
        const int ESRCH = 3;
        fixed (ulong* pointer = _mask)
        {
            // A thread may have ended since it was listed.
            if (Libc.SchedSetAffinity(thread, Words * sizeof(ulong), pointer) != 0
                && System.Runtime.InteropServices.Marshal.GetLastPInvokeError() != ESRCH)
                throw new InvalidOperationException($"sched_setaffinity to core {this}: {Libc.LastError()}");
        }
    }
}
