namespace ActorTcp.Polling;

/// <summary>The clock that a loop's timers and deadlines go by. A test puts its own in the system's place.</summary>
internal interface ILoopClock
{
    /// <summary>A monotonic time in milliseconds. From any thread.</summary>
    long Milliseconds { get; }
}
