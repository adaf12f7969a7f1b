namespace ActorTcp.EventLoop;

/// <summary>
/// What a loop counts. Written by the loop's own thread alone and without fences, read from any: a reader may see a number a
/// moment late. Times are ticks of <see cref="Stopwatch"/>.
/// </summary>
internal sealed class LoopMeters
{
    private const int Reasons = 32;

    private readonly long _started = Stopwatch.GetTimestamp();
    private long _slept;
    private long _asleepSince;

    public long ReceivedBytes { get; set; }

    public long SentBytes { get; set; }

    /// <summary>Bytes that wait to be sent, of all connections of the loop.</summary>
    public long QueuedBytes { get; set; }

    /// <summary>Connections that the loop's listeners accepted, those beyond a limit included.</summary>
    public long Accepted { get; set; }

    /// <summary>Those beyond a limit.</summary>
    public long Refused { get; set; }

    /// <summary>How often accepting failed.</summary>
    public long AcceptFailures { get; set; }

    /// <summary>Connections that began on the loop.</summary>
    public long Opened { get; set; }

    /// <summary>Connections that ended on the loop, by the number that the floor above gives the reason.</summary>
    public long[] Ended { get; } = new long[Reasons];

    /// <summary>How often something held the loop for too long. Written by the <see cref="LoopWatchdog"/>.</summary>
    public long Stalls { get; set; }

    public void FallAsleep() => _asleepSince = Stopwatch.GetTimestamp();

    public void WakeUp()
    {
        _slept += Stopwatch.GetTimestamp() - _asleepSince;
        _asleepSince = 0;
    }

    /// <summary>How long the loop has been awake since it was made. From any thread.</summary>
    public TimeSpan Busy()
    {
        var now = Stopwatch.GetTimestamp();
        var since = _asleepSince;
        return Stopwatch.GetElapsedTime(_started + _slept + (since == 0 ? 0 : Math.Max(0, now - since)), now);
    }
}
