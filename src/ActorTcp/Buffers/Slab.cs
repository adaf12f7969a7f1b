using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ActorTcp.Buffers;

/// <summary>
/// A pinned block of memory that a loop receives into, shared by the leases on slices of it. Counted: whoever lets go
/// of it last gives it back to the <see cref="ISlabHome"/> that made it. A slab whose lease is never released is
/// collected like any other array, and the pool makes a new one.
/// </summary>
internal sealed unsafe class Slab
{
    private readonly ISlabHome _home;
    private readonly byte[] _bytes;
    private int _holders;

    public Slab(ISlabHome home, int size)
    {
        _home = home;
        _bytes = GC.AllocateUninitializedArray<byte>(size, pinned: true);
        Pointer = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0);
    }

    /// <summary>The first byte; the array never moves.</summary>
    public byte* Pointer { get; }

    public int Size => _bytes.Length;

    /// <summary>Whether the pool alone holds it, so that all of it is free.</summary>
    public bool IsUnused => Volatile.Read(ref _holders) == 1;

    public Memory<byte> Slice(int offset, int length) => new(_bytes, offset, length);

    /// <summary>Whether an array is the memory of this slab.</summary>
    public bool IsOf(byte[] array) => ReferenceEquals(array, _bytes);

    public void Hold() => Interlocked.Increment(ref _holders);

    /// <summary>Lets go. From any thread.</summary>
    public void Release()
    {
        var left = Interlocked.Decrement(ref _holders);
        Debug.Assert(left >= 0, "a slab is released as often as it was held");
        if (left == 0)
        {
            _home.Return(this);
        }
    }
}
