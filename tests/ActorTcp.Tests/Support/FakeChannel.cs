namespace ActorTcp.Tests.Support;

/// <summary>A channel without a socket: it records its calls, and sends when the test requests it.</summary>
internal sealed class FakeChannel : IChannel
{
    private readonly List<OutboundSegment> _queue = [];

    public SockAddr? LocalAddress { get; } = Tcp.SockAddr("127.0.0.1", 1);

    public SockAddr? RemoteAddress { get; } = Tcp.SockAddr("127.0.0.1", 2);

    public long QueuedBytes => _queue.Sum(segment => (long)segment.Memory.Length);

    public int QueuedSegments => _queue.Count;

    public long SentBytes { get; private set; }

    public long LastSentAt { get; set; }

    public bool IsReading { get; private set; }

    public List<byte> Sent { get; } = [];

    /// <summary>Whether the kernel accepts nothing, so that all Sends are queued.</summary>
    public bool IsBlocked { get; set; }

    public Errno ShutdownResult { get; set; }

    public int Shutdowns { get; private set; }

    public long? LowMark { get; private set; }

    public int Open(IChannelOwner owner) => 0;

    public void ChangeOwner(IChannelOwner owner)
    {
    }

    public void ResumeReading() => IsReading = true;

    public void PauseReading() => IsReading = false;

    public void ContinueReading()
    {
    }

    public void Send(in OutboundSegment segment)
    {
        _queue.Add(segment);
        if (!IsBlocked)
        {
            Flush();
        }
    }

    public void Send(ReadOnlySpan<OutboundSegment> segments)
    {
        foreach (var segment in segments)
        {
            Send(segment);
        }
    }

    /// <summary>Lets the kernel accept some of the queued segments. Returns the tags of the segments that it has now.</summary>
    public List<PendingAck> Flush(int segments = int.MaxValue)
    {
        var taken = _queue.Take(segments).ToList();
        _queue.RemoveRange(0, taken.Count);
        foreach (var segment in taken)
        {
            Sent.AddRange(segment.Memory.ToArray());
            SentBytes += segment.Memory.Length;
            segment.Slab?.Release();
            if (segment.Tag is PendingAck pending)
            {
                pending.IsSent = true;
            }
        }

        return [.. taken.Select(segment => segment.Tag).OfType<PendingAck>()];
    }

    public void Withdraw(object tag, long length) => _queue.RemoveAll(segment => segment.Tag == tag);

    public void NotifyQueueLow(long bytes) => LowMark = bytes;

    public Errno Shutdown(ShutdownHow how)
    {
        Shutdowns++;
        return ShutdownResult;
    }

    public Errno SetOption(SocketOption option) => Errno.None;

    public Errno TryGet(SocketValue value, out object? result)
    {
        result = null;
        return Errno.EBADF;
    }

    public (TimeSpan RoundTrip, int Retransmits) Path() => default;

    public SocketHandoff? Detach() => null;

    public void Close(bool reset) => _queue.Clear();
}
