namespace ActorTcp.Actors;

/// <summary>
/// What a connection may hold and how long its peer may take. From <c>actortcp.connection</c>, or for one connection by
/// <see cref="ConnectionProtocol.SetLimits"/>. A deadline of zero is none.
/// </summary>
/// <param name="SendQueueBytes">The most bytes that wait to be sent; a Send that would go beyond is refused with ENOBUFS.</param>
/// <param name="SendQueueHigh">Above this many waiting bytes the handler is told QueueHigh, and nothing is read from the peer.</param>
/// <param name="SendQueueLow">At this many the handler is told QueueLow, and reading goes on.</param>
/// <param name="ReadAheadBytes">How many received bytes may wait for a handler that takes them one by one, before reading rests.</param>
/// <param name="FirstByte">How long the peer may take to send its first byte.</param>
/// <param name="ReadIdle">How long the peer may be silent. Only bytes from the peer count.</param>
/// <param name="WriteStall">How long bytes may wait to be sent without the kernel taking any.</param>
/// <param name="FrameCompletion">With a framing: how long a frame may take from its first byte to its last.</param>
public sealed record ConnectionLimits(
    long SendQueueBytes,
    long SendQueueHigh,
    long SendQueueLow,
    long ReadAheadBytes,
    TimeSpan FirstByte,
    TimeSpan ReadIdle,
    TimeSpan WriteStall,
    TimeSpan FrameCompletion = default)
{
    /// <summary>Each rule that a value breaks, in words that name the setting, the value and the rule.</summary>
    internal IEnumerable<string> BrokenRules()
    {
        if (SendQueueBytes <= 0)
        {
            yield return $"send-queue-bytes is {SendQueueBytes}; it must be above 0 bytes";
        }

        if (SendQueueHigh <= 0 || SendQueueHigh > SendQueueBytes)
        {
            yield return $"send-queue-high is {SendQueueHigh}; it must be above 0 bytes and at most send-queue-bytes, {SendQueueBytes}";
        }

        if (SendQueueLow < 0 || SendQueueLow >= SendQueueHigh)
        {
            yield return $"send-queue-low is {SendQueueLow}; it must be 0 bytes or more and below send-queue-high, {SendQueueHigh}";
        }

        if (ReadAheadBytes <= 0)
        {
            yield return $"read-ahead-bytes is {ReadAheadBytes}; it must be above 0 bytes";
        }

        foreach (var (name, deadline) in new[] { ("first-byte-timeout", FirstByte), ("read-idle-timeout", ReadIdle), ("write-stall-timeout", WriteStall), ("frame-timeout", FrameCompletion) })
        {
            if (deadline < TimeSpan.Zero)
            {
                yield return $"{name} is {deadline}; it must be 0 (none) or above";
            }
        }
    }
}
