namespace ActorTcp.Tests.Support;

/// <summary>Makes the next call of one kind fail, each time it is armed. For child processes only.</summary>
internal sealed class OneCallFails(SystemCall failing, Errno errno) : ISystemCallFaults
{
    private int _armed;
    private int _count;

    /// <summary>The number of calls of that kind.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Arm() => Volatile.Write(ref _armed, 1);

    public int ErrnoOf(SystemCall call)
    {
        if (call != failing)
        {
            return 0;
        }

        Interlocked.Increment(ref _count);
        return Interlocked.Exchange(ref _armed, 0) == 1 ? (int)errno : 0;
    }

    public int ErrnoOfClose(int errno) => errno;
}
