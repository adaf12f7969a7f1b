namespace ActorTcp.Tests.Transport.Tls;

/// <summary>Changes a stream of bytes once, in one random way, at a random offset.</summary>
/// <param name="random">Decides the change.</param>
/// <param name="kind">The kind of change.</param>
/// <param name="at">The offset in the stream.</param>
internal sealed class StreamMutation(Random random, MutationKind kind, long at)
{
    private const int MaxInserted = 400;

    private byte[] _delayed = [];
    private long _offset;
    private bool _isDone = kind == MutationKind.None;

    /// <summary>Whether all later bytes are dropped.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>Returns the bytes that replace the next bytes of the stream.</summary>
    public byte[] Apply(ReadOnlySpan<byte> bytes)
    {
        if (IsCutOff)
        {
            return [];
        }

        byte[] delayed = _delayed;
        _delayed = [];
        var place = at - _offset;
        _offset += bytes.Length;
        if (_isDone || place >= bytes.Length)
        {
            return [.. bytes, .. delayed];
        }

        _isDone = true;
        return Change(bytes.ToArray(), (int)Math.Max(0, place));
    }

    public override string ToString() => kind == MutationKind.None ? "none" : $"{kind} at {at}";

    private byte[] Change(byte[] bytes, int place)
    {
        switch (kind)
        {
            case MutationKind.Flip:
                for (var left = random.Next(1, 4); left > 0; left--)
                {
                    bytes[random.Next(place, Math.Min(bytes.Length, place + 50))] ^= (byte)(1 << random.Next(8));
                }

                return bytes;
            case MutationKind.Remove:
                return [.. bytes[..place], .. bytes[random.Next(place + 1, bytes.Length + 1)..]];
            case MutationKind.Insert:
                var inserted = new byte[random.Next(1, MaxInserted)];
                random.NextBytes(inserted);
                return [.. bytes[..place], .. inserted, .. bytes[place..]];
            case MutationKind.Header:
                return [.. bytes[..place], (byte)random.Next(19, 26), 3, (byte)random.Next(5), (byte)random.Next(256), (byte)random.Next(256), .. bytes[place..]];
            case MutationKind.Repeat:
                return [.. bytes, .. bytes];
            case MutationKind.Swap:
                return [.. bytes[place..], .. bytes[..place]];
            case MutationKind.Delay:
                _delayed = bytes;
                return [];
            default:
                IsCutOff = true;
                return bytes[..place];
        }
    }
}

/// <summary>How a <see cref="StreamMutation"/> changes a stream.</summary>
internal enum MutationKind
{
    None,
    Flip,
    Remove,
    Insert,
    /// <summary>The header of a TLS record with a random length is inserted.</summary>
    Header,
    /// <summary>The bytes of one write come twice.</summary>
    Repeat,
    /// <summary>The two parts of one write change places.</summary>
    Swap,
    /// <summary>The bytes of one write come after those of the next.</summary>
    Delay,
    /// <summary>Nothing follows.</summary>
    CutOff,
}
