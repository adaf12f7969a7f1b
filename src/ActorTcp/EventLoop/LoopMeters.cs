namespace ActorTcp.EventLoop;

/// <summary>
/// The counters of a loop. Only the loop's thread writes them, without fences; any thread reads them, and may see a number
/// a moment late. Times are in ticks of <see cref="Stopwatch"/>.
/// </summary>
internal sealed class LoopMeters
{
    private const int Reasons = 32;

    private readonly long _started = Stopwatch.GetTimestamp();
    private long _slept;
    private long _asleepSince;

    public long ReceivedBytes { get; set; }

    public long SentBytes { get; set; }

    /// <summary>Queued bytes of all connections of the loop.</summary>
    public long QueuedBytes { get; set; }

    /// <summary>Connections that the loop's listeners accepted, including those that exceeded a limit.</summary>
    public long Accepted { get; set; }

    /// <summary>Accepted connections that were closed because of a limit, by the number that a layer above gives to the reason.</summary>
    public long[] Refused { get; } = new long[Reasons];

    /// <summary>The addresses that the loop's listeners remember for their limits per address.</summary>
    public long Addresses { get; set; }

    /// <summary>The number of accepts that failed.</summary>
    public long AcceptFailures { get; set; }

    /// <summary>Connections that started on the loop.</summary>
    public long Opened { get; set; }

    /// <summary>Connections that ended on the loop, by the number that a layer above gives to the reason.</summary>
    public long[] Ended { get; } = new long[Reasons];

    /// <summary>The number of times that something blocked the loop for too long. Written by the <see cref="LoopWatchdog"/>.</summary>
    public long Stalls { get; set; }

    public void FallAsleep() => _asleepSince = Stopwatch.GetTimestamp();

    public void WakeUp()
    {
        _slept += Stopwatch.GetTimestamp() - _asleepSince;
        _asleepSince = 0;
    }

    /// <summary>The time for which the loop has been awake since it was made. From any thread.</summary>
    public TimeSpan Busy()
    {
        var now = Stopwatch.GetTimestamp();
        var since = _asleepSince;
        return Stopwatch.GetElapsedTime(_started + _slept + (since == 0 ? 0 : Math.Max(0, now - since)), now);
    }
}
