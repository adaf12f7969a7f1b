namespace ActorTcp.Tests.Support;

/// <summary>The shared record of all instances of one <see cref="RecordingHandler"/>, and the places where they fail.</summary>
internal sealed class HandlerRecord
{
    private readonly ConcurrentDictionary<HandlerPlace, int> _failures = [];
    private readonly List<byte> _taken = [];

    public ConcurrentQueue<ConnectionProtocol.Resumed> Resumptions { get; } = [];

    public ConcurrentQueue<object> Outcomes { get; } = [];

    public TaskCompletionSource<(IActorRef Handler, IActorRef Connection)> Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource<ConnectionProtocol.Closed> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int PeerEnds { get; set; }

    public int Instances { get; set; }

    /// <summary>The number of failures.</summary>
    public int Failures { get; private set; }

    /// <summary>The first error in the messages of the handler: a gap, a doubling, or bytes before Resumed; null: none.</summary>
    public string? Fault { get; private set; }

    public byte[] Taken
    {
        get
        {
            lock (_taken)
            {
                return [.. _taken];
            }
        }
    }

    public HandlerRecord FailAt(HandlerPlace place, int times)
    {
        _failures[place] = times;
        return this;
    }

    /// <summary>Counts this place, and returns whether the handler must fail here.</summary>
    public bool IsToFail(HandlerPlace place)
    {
        if (!_failures.TryGetValue(place, out var left) || left == 0)
        {
            return false;
        }

        _failures[place] = left - 1;
        Failures++;
        return true;
    }

    public void Take(long offset, ReadOnlySpan<byte> bytes)
    {
        lock (_taken)
        {
            if (offset != _taken.Count)
            {
                Fault ??= $"{bytes.Length} bytes at {offset} after {_taken.Count} handled bytes";
            }

            _taken.AddRange(bytes);
        }
    }
}
