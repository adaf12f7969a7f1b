using System.Collections.Concurrent;

namespace ActorTcp.Memory;

/// <summary>
/// The receive memory of one loop. Bytes are received into the free end of the current slab; the received bytes are
/// leased. When all leases on the slab are released, its memory is used again from the start, still warm in the cache.
/// Used on the loop's thread, except for the return of slabs.
/// </summary>
/// <param name="checks">The checked mode; null if it is off.</param>
internal sealed unsafe class SlabPool(LeaseChecks? checks = null) : ISlabHome
{
    /// <summary>The size of a slab in bytes, which is the maximum of one receive.</summary>
    public const int SlabSize = 128 * 1024;

    /// <summary>The minimum room for one receive, in bytes.</summary>
    public const int LeastRoom = 16 * 1024;

    /// <summary>The number of free slabs that are kept; the garbage collector gets the others.</summary>
    private const int KeptSlabs = 16;

    private readonly ConcurrentStack<Slab> _free = new();
    private Slab? _current;
    private int _used;

    /// <summary>Whether no lease is held on the slab in use.</summary>
    public bool IsUnused => _current is null or { IsUnused: true };

    /// <summary>The address to receive to.</summary>
    /// <param name="room">The room there, in bytes, at least <see cref="LeastRoom"/>.</param>
    public byte* Room(out int room)
    {
        if (_current is { } current)
        {
            if (current.IsUnused)
            {
                _used = 0;
            }

            if (current.Size - _used >= LeastRoom)
            {
                room = current.Size - _used;
                return current.Pointer + _used;
            }

            _current = null;
            current.Release();
        }

        _current = _free.TryPop(out var slab) ? slab : new Slab(this, SlabSize);
        _current.Hold();
        _used = 0;
        room = _current.Size;
        return _current.Pointer;
    }

    /// <summary>The room to receive to, at least <see cref="LeastRoom"/> bytes.</summary>
    public Memory<byte> Room()
    {
        _ = Room(out var room);
        return _current!.Slice(_used, room);
    }

    /// <summary>Leases the first bytes of the room that was returned last.</summary>
    public SlabSlice Take(int length)
    {
        Debug.Assert(_current is not null && length > 0 && _used + length <= _current.Size, "the bytes fit into the room");
        var taken = new SlabSlice(_current, _used, length);
        if (checks is not null)
        {
            var own = new SlabSlice(checks.Rent(length), 0, length);
            taken.Span.CopyTo(own.Slab!.Span(0, length));
            return own;
        }

        _used += length;
        return taken.Share();
    }

    /// <inheritdoc/>
    public void Return(Slab slab)
    {
        if (_free.Count < KeptSlabs)
        {
            _free.Push(slab);
        }
    }
}
