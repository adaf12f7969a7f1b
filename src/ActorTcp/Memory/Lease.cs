using ActorTcp.Memory;

namespace ActorTcp;

/// <summary>
/// A lease on bytes that a frame decoder put together. The memory under them is used again once the lease is
/// released: release it exactly once, from any thread. A lease object has one life: after its release every access throws.
/// A lease that is never released keeps its memory until the garbage collector finds it.
/// </summary>
public sealed class Lease
{
    private readonly int _offset;
    private Slab? _slab;

    /// <summary>Moves a hold into a lease.</summary>
    internal Lease(in SlabSlice bytes)
    {
        _slab = bytes.Slab;
        _offset = bytes.Offset;
        Length = bytes.Length;
    }

    /// <summary>The number of bytes.</summary>
    public int Length { get; }

    /// <summary>The bytes. Do not use the value after <see cref="Release"/>.</summary>
    /// <exception cref="ObjectDisposedException">The lease has been released.</exception>
    public ReadOnlyMemory<byte> Memory => Held.Slice(_offset, Length);

    /// <summary>The bytes. Do not use the value after <see cref="Release"/>.</summary>
    /// <exception cref="ObjectDisposedException">The lease has been released.</exception>
    public ReadOnlySpan<byte> Span => Held.Span(_offset, Length);

    private Slab Held => Volatile.Read(ref _slab) ?? throw LeaseChecks.Released(this, nameof(Lease));

    /// <summary>A lease on a copy of bytes. From any thread.</summary>
    /// <param name="bytes">The bytes, any number.</param>
    public static Lease CopyOf(ReadOnlySpan<byte> bytes) => new(SlabSlice.CopyOf(bytes));

    /// <summary>Releases the memory.</summary>
    /// <exception cref="ObjectDisposedException">The lease has been released before.</exception>
    public void Release() => Detach().Release();

    /// <summary>Ends the lease and moves its hold to the caller.</summary>
    /// <exception cref="ObjectDisposedException">The lease has been released before.</exception>
    internal SlabSlice Detach()
    {
        var slab = Interlocked.Exchange(ref _slab, null) ?? throw LeaseChecks.Released(this, nameof(Lease));
        LeaseChecks.NoteRelease(this, slab);
        return new SlabSlice(slab, _offset, Length);
    }
}
