using ActorTcp.Interop;

namespace ActorTcp.Sockets;

/// <summary>
/// The descriptor numbers that live objects of this library own, and the watchers of their events. An owner is a number that is
/// used once. So an object whose descriptor was closed by other code, and whose number another file has by now, notices that and
/// does not close the other file. Usable from any thread.
/// </summary>
internal static class DescriptorTable
{
    private const int ChunkBits = 10;
    private const int ChunkSize = 1 << ChunkBits;
    private const long NoOwner = 0;

    private static readonly Lock Changing = new();
    private static long _lastOwner;
    private static Chunk?[] _chunks = new Chunk[64];

    /// <summary>Takes a number that the kernel has just returned. An earlier owner of it has lost it.</summary>
    public static long Own(int fd)
    {
        var owner = Interlocked.Increment(ref _lastOwner);
        Volatile.Write(ref OwnerOf(fd), owner);
        return owner;
    }

    /// <summary>
    /// Takes a number that other code opened, or that another object owns. That object has lost it, and its watchers are
    /// notified. A later FlyAway or Close of it does nothing: it finds another owner, under the same lock.
    /// </summary>
    public static long TakeOver(int fd)
    {
        var owner = Interlocked.Increment(ref _lastOwner);
        ref var watchers = ref WatchersOf(fd);
        WeakReference<IDescriptorWatcher>[]? notified;
        lock (Changing)
        {
            notified = watchers;
            watchers = null;
            Volatile.Write(ref OwnerOf(fd), owner);
        }

        Notify(notified);
        return owner;
    }

    /// <summary>Whether it is still this owner's number.</summary>
    public static bool IsOwnedBy(int fd, long owner) => Volatile.Read(ref OwnerOf(fd)) == owner;

    /// <summary>Whether a live object owns the number.</summary>
    public static bool IsOwned(int fd) => FindChunk(fd) is { } chunk && Volatile.Read(ref chunk.Owners[fd & (ChunkSize - 1)]) != NoOwner;

    /// <summary>Ends the ownership of a number. False if the owner has lost it. In that case the owner must not close it.</summary>
    public static bool Disown(int fd, long owner) => Interlocked.CompareExchange(ref OwnerOf(fd), NoOwner, owner) == owner;

    /// <summary>
    /// Notifies a watcher when the number is closed or replaced, until <see cref="Unwatch"/>. The watcher is held weakly. Returns false, and watches nothing,
    /// if the table has no place for the number and the number is not open. A caller may pass any number, and the table must not grow beyond the descriptors
    /// that can be open.
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

    /// <summary>Notifies the watchers of a number that its owner is about to close it or give it up, and forgets them. Does nothing if the owner has lost it.</summary>
    public static void NotifyClosing(int fd, long owner)
    {
        ref var watchers = ref WatchersOf(fd);
        if (Volatile.Read(ref watchers) is null)
        {
            return;
        }

        WeakReference<IDescriptorWatcher>[]? notified;
        lock (Changing)
        {
            if (!IsOwnedBy(fd, owner))
            {
                return;
            }

            notified = watchers;
            watchers = null;
        }

        Notify(notified);
    }

    /// <summary>Gives a number to another open file. The watchers keep their registrations.</summary>
    public static Errno Replace(int fd, Func<Errno> replacement)
    {
        var notified = Volatile.Read(ref WatchersOf(fd)) ?? [];
        foreach (var reference in notified)
        {
            if (reference.TryGetTarget(out var watcher))
            {
                watcher.OnReplacing();
            }
        }

        var errno = replacement();
        foreach (var reference in notified)
        {
            if (reference.TryGetTarget(out var watcher))
            {
                watcher.OnReplaced();
            }
        }

        return errno;
    }

    private static void Notify(WeakReference<IDescriptorWatcher>[]? watchers)
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

    // Only the table of chunks is replaced, chunks never are: a place stays the same for its number.
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
