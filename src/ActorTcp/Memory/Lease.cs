using ActorTcp.Memory;

namespace ActorTcp;

/// <summary>
/// A lease on bytes that a frame decoder has copied together. Release it exactly once, from any thread. After that every access throws, and the memory is used
/// again. If a lease is never released, the garbage collector frees its memory.
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

    /// <summary>The bytes, as memory. It must not be used after <see cref="Release"/>.</summary>
    /// <exception cref="ObjectDisposedException">The lease has been released.</exception>
    public ReadOnlyMemory<byte> Memory => Held.Slice(_offset, Length);

    /// <summary>The bytes, as a span. It must not be used after <see cref="Release"/>.</summary>
    /// <exception cref="ObjectDisposedException">The lease has been released.</exception>
    public ReadOnlySpan<byte> Span => Held.Span(_offset, Length);

    private Slab Held => Volatile.Read(ref _slab) ?? throw LeaseChecks.Released(this, nameof(Lease));

    /// <summary>Creates a lease on a copy of bytes. Can be called from any thread.</summary>
    /// <param name="bytes">The bytes. May be empty.</param>
    public static Lease CopyOf(ReadOnlySpan<byte> bytes) => new(SlabSlice.CopyOf(bytes));

    /// <summary>Releases the memory. Can be called from any thread.</summary>
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
