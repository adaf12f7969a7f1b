namespace ActorTcp.Cluster.Sessions;

/// <summary>The state of a session: what it must know to continue. The session has one, and so has each replica. Used by one actor at a time.</summary>
internal sealed class SessionRecord
{
    /// <summary>The number of bytes that a frame counts in addition to its own.</summary>
    public const int Overhead = 64;

    /// <summary>The maximum number of bytes of frames in one message, if it has more than one frame.</summary>
    private const int PartBytes = 32 * 1024;

    private readonly Queue<ReadOnlyMemory<byte>> _frames = new();

    public long Epoch { get; set; }

    /// <summary>The highest number of an attempt of the client.</summary>
    public long Attempt { get; set; }

    public long Accepted { get; set; }

    /// <summary>The number of frames that the client has received. They are not kept.</summary>
    public long Received { get; private set; }

    /// <summary>The number of the last frame for the client.</summary>
    public long Sent => Received + _frames.Count;

    public int Count => _frames.Count;

    /// <summary>The size of the kept frames, in bytes, with their overhead.</summary>
    public long Bytes { get; private set; }

    public ReadOnlyMemory<byte> UserState { get; set; }

    public bool IsRemoved { get; set; }

    public bool IsMoving { get; set; }

    public void Add(ReadOnlyMemory<byte> frame)
    {
        _frames.Enqueue(frame);
        Bytes += frame.Length + Overhead;
    }

    /// <summary>Forgets the frames that the client has received.</summary>
    public void Trim(long received)
    {
        while (Received < received && _frames.TryDequeue(out var frame))
        {
            Received++;
            Bytes -= frame.Length + Overhead;
        }
    }

    /// <summary>The kept frames after a number, in their order.</summary>
    public IEnumerable<(long Number, ReadOnlyMemory<byte> Bytes)> After(long number)
    {
        var current = Received;
        foreach (var frame in _frames)
        {
            if (++current > number)
            {
                yield return (current, frame);
            }
        }
    }

    /// <summary>Applies a change. Frames that are there already are skipped.</summary>
    public void Apply(SessionDelta delta)
    {
        if (_frames.Count == 0 && delta.First > Sent + 1)
        {
            // The beginning of a whole state.
            Received = delta.First - 1;
        }

        var number = delta.First;
        foreach (var frame in delta.Frames)
        {
            if (number++ == Sent + 1)
            {
                Add(frame);
            }
        }

        Trim(delta.Received);
        Epoch = delta.Epoch;
        Attempt = delta.Attempt;
        Accepted = delta.Accepted;
        UserState = delta.UserState ?? UserState;
        IsRemoved = delta.IsRemoved;
        IsMoving = delta.IsMoving;
    }

    /// <summary>The whole state, in parts that are small enough for a message.</summary>
    public IReadOnlyList<SessionDelta> Parts()
    {
        var parts = new List<SessionDelta>();
        var frames = new List<ReadOnlyMemory<byte>>();
        var (bytes, first) = (0, Received + 1);
        foreach (var frame in _frames)
        {
            if (frames.Count > 0 && bytes + frame.Length + Overhead > PartBytes)
            {
                parts.Add(Delta(first, frames, UserStateOf(parts.Count)));
                (first, frames, bytes) = (first + frames.Count, [], 0);
            }

            frames.Add(frame);
            bytes += frame.Length + Overhead;
        }

        parts.Add(Delta(first, frames, UserStateOf(parts.Count)));
        return parts;
    }

    /// <summary>The frames after a number, as many as fit in one message.</summary>
    /// <param name="sent">The number.</param>
    /// <param name="isAll">Whether these are all.</param>
    public List<ReadOnlyMemory<byte>> FramesAfter(long sent, out bool isAll)
    {
        var frames = new List<ReadOnlyMemory<byte>>();
        var bytes = 0;
        isAll = true;
        if (sent == Sent)
        {
            return frames;
        }

        foreach (var (_, frame) in After(sent))
        {
            if (frames.Count > 0 && bytes + frame.Length + Overhead > PartBytes)
            {
                isAll = false;
                break;
            }

            frames.Add(frame);
            bytes += frame.Length + Overhead;
        }

        return frames;
    }

    public SessionDelta Delta(long first, IReadOnlyList<ReadOnlyMemory<byte>> frames, ReadOnlyMemory<byte>? userState) =>
        new(Epoch, Attempt, Accepted, Received, first, frames, userState, IsRemoved, IsMoving);

    // The cast matters: without it, null would become empty bytes.
    private ReadOnlyMemory<byte>? UserStateOf(int part) => part == 0 ? UserState : (ReadOnlyMemory<byte>?)null;
}
