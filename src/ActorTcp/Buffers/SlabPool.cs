using System.Collections.Concurrent;
using System.Diagnostics;

namespace ActorTcp.Buffers;

/// <summary>
/// The receive memory of one loop. Bytes are received into the free end of the current slab; what was received is
/// leased, and when all leases on the slab are back its memory is used again from the start, still warm in the cache.
/// Used on the loop's thread, but for the return of slabs.
/// </summary>
internal sealed unsafe class SlabPool : ISlabHome
{
    /// <summary>A slab's size, and so the most that one receive can take, in bytes.</summary>
    public const int SlabSize = 128 * 1024;

    /// <summary>The least that one receive is given room for, in bytes.</summary>
    public const int LeastRoom = 16 * 1024;

    /// <summary>How many free slabs are kept; the collector gets the others.</summary>
    private const int KeptSlabs = 16;

    private readonly ConcurrentStack<Slab> _free = new();
    private Slab? _current;
    private int _used;

    /// <summary>Whether no lease is out on the slab in use.</summary>
    public bool IsUnused => _current is null or { IsUnused: true };

    /// <summary>Where to receive to.</summary>
    /// <param name="room">How many bytes there is room for, at least <see cref="LeastRoom"/>.</param>
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

    /// <summary>Leases the first bytes of the room that was asked for last.</summary>
    public Lease Take(int length)
    {
        Debug.Assert(_current is not null && length > 0 && _used + length <= _current.Size, "only what there was room for");
        var lease = Lease.Rent(_current, _used, length);
        _used += length;
        return lease;
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
