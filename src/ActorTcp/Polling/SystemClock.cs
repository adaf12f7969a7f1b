namespace ActorTcp.Polling;

/// <summary>The kernel's coarse monotonic clock: a turn reads it, and it costs no system call.</summary>
internal sealed class SystemClock : ILoopClock
{
    public static readonly SystemClock Instance = new();

    private SystemClock()
    {
    }

    public long Milliseconds => Environment.TickCount64;
}
