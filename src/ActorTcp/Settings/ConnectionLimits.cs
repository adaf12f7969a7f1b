namespace ActorTcp;

/// <summary>
/// What a connection may hold and how long its peer may take. From <c>actortcp.connection</c>, or for one connection by
/// <see cref="ConnectionProtocol.SetLimits"/>. A deadline of zero is none.
/// </summary>
/// <param name="SendQueueBytes">The most queued bytes, <see cref="MessageOverhead"/> for each Send included; a Send that would exceed it is refused with ENOBUFS, unless the queue is empty.</param>
/// <param name="SendQueueHigh">Above this number of queued bytes the handler receives QueueHigh. If that many of them are answers to received bytes, reading is paused.</param>
/// <param name="SendQueueLow">At this number the handler receives QueueLow, and reading is resumed.</param>
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
    /// <summary>
    /// What each queued message counts in addition to its bytes, against <see cref="SendQueueBytes"/> and in the window of a handler: about the
    /// memory that it takes. Bytes.
    /// </summary>
    public const int MessageOverhead = 128;

    /// <summary>The largest Send, in bytes. An empty queue accepts one up to this size, whatever <see cref="SendQueueBytes"/>; a larger one is refused with EMSGSIZE. Defaults to 64 MiB.</summary>
    public long LargestSend { get; init; } = 64L << 20;

    /// <summary>
    /// Whether a handler that is not a <see cref="TcpHandler"/> receives bytes as fast as they come, which fills its mailbox without a bound. Off, it
    /// receives up to <see cref="ReadAheadBytes"/> more than it has processed. Off by default.
    /// </summary>
    public bool UnboundedDelivery { get; init; }

    /// <summary>How long no byte may pass in either direction. Zero is no limit, the default.</summary>
    public TimeSpan Idle { get; init; }

    /// <summary>How long no byte may pass once one side has ended, and how long the peer may take to end after ConfirmedClose. Defaults to 60 s.</summary>
    public TimeSpan HalfClosed { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection that closes may take to send its last bytes. Defaults to 30 s.</summary>
    public TimeSpan Flush { get; init; } = TimeSpan.FromSeconds(30);

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

        if (LargestSend <= 0 || LargestSend > int.MaxValue)
        {
            yield return $"largest-send is {LargestSend}; it must be above 0 bytes and at most {int.MaxValue}";
        }

        foreach (var (name, deadline) in new[]
        {
            ("first-byte-timeout", FirstByte), ("read-idle-timeout", ReadIdle), ("write-stall-timeout", WriteStall), ("frame-timeout", FrameCompletion),
            ("idle-timeout", Idle), ("half-closed-timeout", HalfClosed), ("flush-timeout", Flush),
        })
        {
            if (deadline < TimeSpan.Zero)
            {
                yield return $"{name} is {deadline}; it must be 0 (none) or above";
            }
        }
    }
}
