namespace ActorTcp.Memory;

/// <summary>The home of slabs: receives a slab when its last holder releases it.</summary>
internal interface ISlabHome
{
    /// <summary>Takes a slab back. Called once per life of the slab, from any thread.</summary>
    void Return(Slab slab);
}

/// <summary>
/// A pinned block of memory that is shared by <see cref="SlabSlice"/> values. Reference counted: the last release returns
/// it to its home. A slab that is never released is collected like any other array, and its home makes a new one.
/// </summary>
internal sealed unsafe class Slab
{
    private readonly byte[] _bytes;
    private int _holders;

    public Slab(ISlabHome home, int size)
    {
        Home = home;
        _bytes = GC.AllocateUninitializedArray<byte>(size, pinned: true);
        Pointer = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0);
    }

    /// <summary>The first byte; the array never moves. Valid only while the slab itself is reachable.</summary>
    public byte* Pointer { get; }

    public int Size => _bytes.Length;

    /// <summary>The home that receives the slab when its last holder releases it.</summary>
    public ISlabHome Home { get; }

    /// <summary>Whether only its home holds it, so that all of it is free.</summary>
    public bool IsUnused => Volatile.Read(ref _holders) == 1;

    public Memory<byte> Slice(int offset, int length) => new(_bytes, offset, length);

    /// <summary>The bytes, by a reference that keeps the array alive.</summary>
    public Span<byte> Span(int offset, int length) => new(_bytes, offset, length);

    /// <summary>Whether an array is the memory of this slab.</summary>
    public bool IsOf(byte[] array) => ReferenceEquals(array, _bytes);

    /// <summary>Adds a holder, for a caller that is a holder already.</summary>
    public void Hold() => Interlocked.Increment(ref _holders);

    /// <summary>Adds a holder, unless the slab has none. For a caller whose own hold another thread may have released.</summary>
    public bool TryHold()
    {
        var holders = Volatile.Read(ref _holders);
        while (holders > 0)
        {
            var found = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (found == holders)
            {
                return true;
            }

            holders = found;
        }

        return false;
    }

    /// <summary>Removes a holder. From any thread.</summary>
    public void Release()
    {
        var left = Interlocked.Decrement(ref _holders);
        Debug.Assert(left >= 0, "a slab is released as often as it was held");
        if (left == 0)
        {
            Home.Return(this);
        }
    }
}
