namespace ActorTcp.Benchmarks.Load;

/// <summary>One connection's place in its stream. All positions count bytes from the stream's start.</summary>
internal sealed class LoadConnection(int index, int depth)
{
    private readonly long[] _sendTimes = new long[depth];
    private long _started;
    private int _oldest;
    private int _underWay;

    internal int Index { get; } = index;

    /// <summary>Where the stream starts in the pattern.</summary>
    internal int PatternStart { get; } = BytePattern.Start(index);

    internal int Fd { get; set; } = -1;

    /// <summary>The end of the last message that was started.</summary>
    internal long Wanted => _started;

    /// <summary>What the kernel has taken.</summary>
    internal long Sent { get; set; }

    /// <summary>What has come back, and was right.</summary>
    internal long Received { get; set; }

    /// <summary>Set while the kernel takes no more and EPOLLOUT is asked for.</summary>
    internal bool Blocked { get; set; }

    internal int UnderWay => _underWay;

    /// <summary>Where the oldest message under way ends.</summary>
    internal long NextReplyEnd(int size) => _started - ((long)(_underWay - 1) * size);

    internal void Start(int size, long now)
    {
        int slot = _oldest + _underWay;
        _sendTimes[slot < _sendTimes.Length ? slot : slot - _sendTimes.Length] = now;
        _underWay++;
        _started += size;
    }

    /// <summary>Takes the oldest message off; returns when it was sent.</summary>
    internal long Finish()
    {
        long time = _sendTimes[_oldest];
        _oldest = _oldest + 1 == _sendTimes.Length ? 0 : _oldest + 1;
        _underWay--;
        return time;
    }
}
