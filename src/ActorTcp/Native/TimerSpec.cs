namespace ActorTcp.Native;

/// <summary>struct itimerspec of timerfd_settime(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimerSpec
{
    /// <summary>CLOCK_MONOTONIC.</summary>
    public const int MonotonicClock = 1;

    public nint IntervalSeconds;
    public nint IntervalNanoseconds;
    public nint Seconds;
    public nint Nanoseconds;
}
