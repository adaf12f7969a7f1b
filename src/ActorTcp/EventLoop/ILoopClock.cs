namespace ActorTcp.EventLoop;

/// <summary>The clock of a loop's timers and deadlines. Tests use a clock of their own.</summary>
internal interface ILoopClock
{
    /// <summary>A monotonic time in milliseconds. From any thread.</summary>
    long Milliseconds { get; }
}

/// <summary>The kernel's coarse monotonic clock. It can be a few milliseconds late, and reading it makes no system call.</summary>
internal sealed class SystemClock : ILoopClock
{
    public static readonly SystemClock Instance = new();

    private SystemClock()
    {
    }

    public long Milliseconds => Environment.TickCount64;
}
