using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ActorTcp.Buffers;

/// <summary>
/// Bytes, lent: a slice of memory that a poll loop received into, or that a frame was put together in, and that will be
/// used again once the lease is released. Release it exactly once, from any thread, and touch neither it nor its memory
/// afterwards. A lease that is never released costs no more than its memory until the collector finds it.
/// </summary>
public sealed class Lease
{
    /// <summary>How many released leases a thread keeps for use again.</summary>
    private const int KeptLeases = 4096;

    [ThreadStatic]
    private static Lease[]? _kept;

    [ThreadStatic]
    private static int _keptCount;

    private Slab? _slab;
    private int _offset;

    private Lease()
    {
    }

    /// <summary>How many bytes.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes.</summary>
    /// <exception cref="ObjectDisposedException">The lease has been released.</exception>
    public ReadOnlyMemory<byte> Memory => Held.Slice(_offset, Length);

    /// <summary>The bytes.</summary>
    /// <exception cref="ObjectDisposedException">The lease has been released.</exception>
    public unsafe ReadOnlySpan<byte> Span => new(Held.Pointer + _offset, Length);

    /// <summary>Whatever the layer above keeps with the object over its lives, such as the message that carries it.</summary>
    internal object? Companion { get; set; }

    /// <summary>The first byte, pinned as long as the lease is held.</summary>
    internal unsafe byte* Pointer => Held.Pointer + _offset;

    private Slab Held => _slab ?? throw new ObjectDisposedException(nameof(Lease), "The lease on these bytes has been released.");

    /// <summary>A lease on a copy of bytes, to be released by whoever it is given to. From any thread.</summary>
    /// <param name="bytes">The bytes, any number.</param>
    public static Lease CopyOf(ReadOnlySpan<byte> bytes)
    {
        var slab = FrameSlabs.Rent(bytes.Length);
        bytes.CopyTo(slab.Slice(0, bytes.Length).Span);
        var lease = Rent(slab, 0, bytes.Length);
        slab.Release();
        return lease;
    }

    /// <summary>Gives the memory back.</summary>
    /// <exception cref="ObjectDisposedException">The lease has been released before.</exception>
    public void Release()
    {
        var slab = Interlocked.Exchange(ref _slab, null)
            ?? throw new ObjectDisposedException(nameof(Lease), "The lease on these bytes has been released before.");
        slab.Release();
        var kept = _kept ??= new Lease[KeptLeases];
        if (_keptCount < kept.Length)
        {
            kept[_keptCount++] = this;
        }
    }

    /// <summary>A second lease on the same bytes, to be released by itself.</summary>
    internal Lease Share() => Rent(Held, _offset, Length);

    /// <summary>A second lease, on a part of the bytes, to be released on its own.</summary>
    /// <exception cref="ArgumentException">The part is not of these bytes.</exception>
    internal Lease Share(ReadOnlyMemory<byte> part) => Rent(Held, OffsetOf(part), part.Length);

    /// <summary>Keeps the lease for a part of the bytes only.</summary>
    /// <exception cref="ArgumentException">The part is not of these bytes.</exception>
    internal void Narrow(ReadOnlyMemory<byte> part)
    {
        _offset = OffsetOf(part);
        Length = part.Length;
    }

    internal static Lease Rent(Slab slab, int offset, int length)
    {
        Lease lease;
        if (_keptCount > 0)
        {
            lease = _kept![--_keptCount];
            Debug.Assert(lease._slab is null, "a kept lease is released");
        }
        else
        {
            lease = new Lease();
        }

        slab.Hold();
        lease._slab = slab;
        lease._offset = offset;
        lease.Length = length;
        return lease;
    }

    private int OffsetOf(ReadOnlyMemory<byte> part)
    {
        if (part.IsEmpty)
        {
            return _offset;
        }

        if (!MemoryMarshal.TryGetArray(part, out var bytes) || !Held.IsOf(bytes.Array!)
            || bytes.Offset < _offset || bytes.Offset + bytes.Count > _offset + Length)
        {
            throw new ArgumentException($"{part.Length} bytes that are no part of the {Length} bytes leased.", nameof(part));
        }

        return bytes.Offset;
    }
}
