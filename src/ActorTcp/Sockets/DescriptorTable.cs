namespace ActorTcp.Sockets;

/// <summary>
/// Which descriptor numbers of this process belong to a live object of this library, and whose. An owner is a number
/// that is given once, so that an object whose descriptor was closed behind its back and whose number is another's by
/// now finds that out instead of closing the other's. Usable from any thread.
/// </summary>
internal static class DescriptorTable
{
    private const int ChunkBits = 10;
    private const int ChunkSize = 1 << ChunkBits;
    private const long Nobody = 0;

    private static readonly Lock Growing = new();
    private static long _lastOwner;
    private static long[]?[] _chunks = new long[64][];

    /// <summary>Takes a number that the kernel has just given out: whoever had it before has lost it.</summary>
    public static long Own(int fd)
    {
        var owner = Interlocked.Increment(ref _lastOwner);
        Volatile.Write(ref SlotOf(fd), owner);
        return owner;
    }

    /// <summary>Takes a number that somebody else opened; false where a live object owns it.</summary>
    public static bool TryOwn(int fd, out long owner)
    {
        owner = Interlocked.Increment(ref _lastOwner);
        return Interlocked.CompareExchange(ref SlotOf(fd), owner, Nobody) == Nobody;
    }

    /// <summary>Gives a number up; false where it is not this owner's any more, and must not be touched.</summary>
    public static bool Disown(int fd, long owner) => Interlocked.CompareExchange(ref SlotOf(fd), Nobody, owner) == owner;

    /// <summary>Whether a live object owns the number.</summary>
    public static bool IsOwned(int fd) => Volatile.Read(ref SlotOf(fd)) != Nobody;

    private static ref long SlotOf(int fd)
    {
        var chunks = Volatile.Read(ref _chunks);
        var chunk = fd >> ChunkBits;
        var slots = chunk < chunks.Length ? Volatile.Read(ref chunks[chunk]) : null;
        return ref (slots ?? Grow(chunk))[fd & (ChunkSize - 1)];
    }

    // Chunks never move, only the table of them does: a slot found once stays that number's.
    private static long[] Grow(int chunk)
    {
        lock (Growing)
        {
            if (chunk >= _chunks.Length)
            {
                var longer = _chunks;
                Array.Resize(ref longer, Math.Max(chunk + 1, _chunks.Length * 2));
                Volatile.Write(ref _chunks, longer);
            }

            var slots = _chunks[chunk] ?? new long[ChunkSize];
            Volatile.Write(ref _chunks[chunk], slots);
            return slots;
        }
    }
}
