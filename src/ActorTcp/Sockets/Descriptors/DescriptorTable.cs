using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <summary>
/// What this process knows of descriptor numbers: which belong to a live object of this library, and who waits for
/// events on them. An owner is a number that is given once, so that an object whose descriptor was closed behind its
/// back and whose number is another's by now finds that out instead of closing the other's. Usable from any thread.
/// </summary>
internal static class DescriptorTable
{
    private const int ChunkBits = 10;
    private const int ChunkSize = 1 << ChunkBits;
    private const long Nobody = 0;

    private static readonly Lock Changing = new();
    private static long _lastOwner;
    private static Chunk?[] _chunks = new Chunk[64];

    /// <summary>Takes a number that the kernel has just given out: whoever had it before has lost it.</summary>
    public static long Own(int fd)
    {
        var owner = Interlocked.Increment(ref _lastOwner);
        Volatile.Write(ref OwnerOf(fd), owner);
        return owner;
    }

    /// <summary>
    /// Takes a number that somebody else opened, or from the object that owns it: that one has lost it, and the watchers of its registrations are
    /// told. What it does afterwards, a FlyAway included, concerns the number no more: it finds another owner, under the same lock.
    /// </summary>
    public static long TakeOver(int fd)
    {
        var owner = Interlocked.Increment(ref _lastOwner);
        ref var watchers = ref WatchersOf(fd);
        WeakReference<IDescriptorWatcher>[]? told;
        lock (Changing)
        {
            told = watchers;
            watchers = null;
            Volatile.Write(ref OwnerOf(fd), owner);
        }

        Tell(told);
        return owner;
    }

    /// <summary>Whether it is still this owner's number.</summary>
    public static bool IsOwnedBy(int fd, long owner) => Volatile.Read(ref OwnerOf(fd)) == owner;

    /// <summary>Whether a live object owns the number.</summary>
    public static bool IsOwned(int fd) => FindChunk(fd) is { } chunk && Volatile.Read(ref chunk.Owners[fd & (ChunkSize - 1)]) != Nobody;

    /// <summary>Gives a number up; false where it is not this owner's any more, and must not be touched.</summary>
    public static bool Disown(int fd, long owner) => Interlocked.CompareExchange(ref OwnerOf(fd), Nobody, owner) == owner;

    /// <summary>
    /// Notifies a watcher of what becomes of a number, until <see cref="Unwatch"/> or its closing. Held weakly. False, and
    /// nothing is watched, for a number that the table has no place for and that is not open: any number may be asked for,
    /// and the table has no more places than descriptors can be open at a time.
    /// </summary>
    public static bool TryWatch(int fd, IDescriptorWatcher watcher)
    {
        if (FindChunk(fd) is null && Libc.Fcntl(fd, SocketNumbers.FcntlGetDescriptorFlags, 0) < 0)
        {
            return false;
        }

        ref var watchers = ref WatchersOf(fd);
        lock (Changing)
        {
            watchers = [.. Others(watchers, watcher), new WeakReference<IDescriptorWatcher>(watcher)];
        }

        return true;
    }

    public static void Unwatch(int fd, IDescriptorWatcher watcher)
    {
        if (FindChunk(fd) is null)
        {
            return;
        }

        ref var watchers = ref WatchersOf(fd);
        lock (Changing)
        {
            watchers = Others(watchers, watcher) is { Length: > 0 } left ? left : null;
        }
    }

    /// <summary>Tells those who watch a number that its owner is about to close it or give it up, and forgets them. Nothing if it is another's by now.</summary>
    public static void TellClosing(int fd, long owner)
    {
        ref var watchers = ref WatchersOf(fd);
        if (Volatile.Read(ref watchers) is null)
        {
            return;
        }

        WeakReference<IDescriptorWatcher>[]? told;
        lock (Changing)
        {
            if (!IsOwnedBy(fd, owner))
            {
                return;
            }

            told = watchers;
            watchers = null;
        }

        Tell(told);
    }

    /// <summary>Puts another open file under a number, which those who watch it survive.</summary>
    public static Errno Replace(int fd, Func<Errno> replacement)
    {
        var told = Volatile.Read(ref WatchersOf(fd)) ?? [];
        foreach (var reference in told)
        {
            if (reference.TryGetTarget(out var watcher))
            {
                watcher.OnReplacing();
            }
        }

        var errno = replacement();
        foreach (var reference in told)
        {
            if (reference.TryGetTarget(out var watcher))
            {
                watcher.OnReplaced();
            }
        }

        return errno;
    }

    private static void Tell(WeakReference<IDescriptorWatcher>[]? watchers)
    {
        foreach (var reference in watchers ?? [])
        {
            if (reference.TryGetTarget(out var watcher))
            {
                watcher.OnClosing();
            }
        }
    }

    private static WeakReference<IDescriptorWatcher>[] Others(WeakReference<IDescriptorWatcher>[]? watchers, IDescriptorWatcher watcher)
        => Array.FindAll(watchers ?? [], reference => reference.TryGetTarget(out var other) && other != watcher);

    private static ref long OwnerOf(int fd) => ref ChunkOf(fd).Owners[fd & (ChunkSize - 1)];

    private static ref WeakReference<IDescriptorWatcher>[]? WatchersOf(int fd) => ref ChunkOf(fd).Watchers[fd & (ChunkSize - 1)];

    private static Chunk ChunkOf(int fd) => FindChunk(fd) ?? Grow(fd >> ChunkBits);

    private static Chunk? FindChunk(int fd)
    {
        var chunks = Volatile.Read(ref _chunks);
        var index = fd >> ChunkBits;
        return index < chunks.Length ? Volatile.Read(ref chunks[index]) : null;
    }

    // Chunks never move, only the table of them does: a place found once stays that number's.
    private static Chunk Grow(int index)
    {
        lock (Changing)
        {
            if (index >= _chunks.Length)
            {
                var longer = _chunks;
                Array.Resize(ref longer, Math.Max(index + 1, _chunks.Length * 2));
                Volatile.Write(ref _chunks, longer);
            }

            var chunk = _chunks[index] ?? new Chunk();
            Volatile.Write(ref _chunks[index], chunk);
            return chunk;
        }
    }

    private sealed class Chunk
    {
        public readonly long[] Owners = new long[ChunkSize];
        public readonly WeakReference<IDescriptorWatcher>[]?[] Watchers = new WeakReference<IDescriptorWatcher>[]?[ChunkSize];
    }
}
