namespace ActorTcp.EventLoop;

/// <summary>The clock that a loop's timers and deadlines go by. A test puts its own in the system's place.</summary>
internal interface ILoopClock
{
    /// <summary>A monotonic time in milliseconds. From any thread.</summary>
    long Milliseconds { get; }
}

/// <summary>The kernel's coarse monotonic clock: a turn reads it, and it costs no system call.</summary>
internal sealed class SystemClock : ILoopClock
{
    public static readonly SystemClock Instance = new();

    private SystemClock()
    {
    }

    public long Milliseconds => Environment.TickCount64;
}
