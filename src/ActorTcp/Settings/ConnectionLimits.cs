namespace ActorTcp;

/// <summary>
/// The limits of one connection: bytes in memory, and deadlines for the peer. They come from <c>actortcp.connection</c>;
/// <see cref="ConnectionProtocol.SetLimits"/> changes them for one connection. A deadline of zero disables it.
/// </summary>
/// <param name="SendQueueBytes">
/// The maximum number of queued bytes. Each queued Send counts <see cref="MessageOverhead"/> bytes more. A Send that would exceed the limit
/// fails with ENOBUFS, unless the queue is empty. Defaults to 1 MiB.
/// </param>
/// <param name="SendQueueHigh">
/// The handler receives QueueHigh above this number of queued bytes. While more than this number of them are answers to received bytes,
/// reading is paused. Defaults to 256 KiB.
/// </param>
/// <param name="SendQueueLow">
/// After QueueHigh, the handler receives QueueLow when at most this number of bytes is queued, and reading is resumed. Defaults to 64 KiB.
/// </param>
/// <param name="ReadAheadBytes">
/// The maximum number of received bytes that the connection buffers for its handler. At this number, reading is paused. A handler that is not
/// a <see cref="TcpHandler"/> has at most the same number of bytes in its mailbox. Defaults to 256 KiB.
/// </param>
/// <param name="FirstByte">The time from the start of the connection in which the peer must send its first byte. Disabled by default.</param>
/// <param name="ReadIdle">The maximum time between received bytes. Disabled by default.</param>
/// <param name="WriteStall">The maximum time in which the kernel accepts none of the queued bytes. Defaults to 30 s.</param>
/// <param name="FrameCompletion">With a framing, the maximum time between the first and the last byte of a frame. Defaults to 30 s.</param>
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
    /// The number of bytes that each queued message counts in addition to its content: about its own size in memory. It counts against
    /// <see cref="SendQueueBytes"/> and <see cref="ReadAheadBytes"/>.
    /// </summary>
    public const int MessageOverhead = 128;

    /// <summary>
    /// The maximum size of one Send in bytes. A larger one fails with EMSGSIZE. An empty queue accepts a Send of up to this size, even above
    /// <see cref="SendQueueBytes"/>. Defaults to 64 MiB.
    /// </summary>
    public long LargestSend { get; init; } = 64L << 20;

    /// <summary>
    /// Whether a handler that is not a <see cref="TcpHandler"/> receives bytes as fast as they arrive. <see cref="ReadAheadBytes"/> then does not
    /// apply to its mailbox, which has no bound. Off by default.
    /// </summary>
    public bool UnboundedDelivery { get; init; }

    /// <summary>The maximum time without a byte in either direction. Zero disables it, which is the default.</summary>
    public TimeSpan Idle { get; init; }

    /// <summary>
    /// The maximum time without a byte in either direction after one side has shut down its sending. Also the time in which the peer must
    /// close after a ConfirmedClose. Defaults to 60 s.
    /// </summary>
    public TimeSpan HalfClosed { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The maximum time in which a closing connection sends its queued bytes. Defaults to 30 s.</summary>
    public TimeSpan Flush { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A message for each value that breaks a rule, with the setting, the value and the rule.</summary>
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
