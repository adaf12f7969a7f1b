using System.Numerics;

namespace ActorTcp.Buffers;

/// <summary>
/// Memory for bytes that have to be put together, such as a frame that came in several segments: slabs in powers of
/// two, some of each kept by the thread that released them. From any thread.
/// </summary>
internal sealed class FrameSlabs : ISlabHome
{
    /// <summary>The smallest slab, in bytes.</summary>
    public const int SmallestSize = 256;

    /// <summary>The largest slab that is kept for use again, in bytes; the collector gets larger ones.</summary>
    public const int LargestKept = 1024 * 1024;

    /// <summary>How much of one size a thread keeps, in bytes, if that is not less than one slab.</summary>
    private const int KeptBytes = 256 * 1024;

    private const int MostKept = 64;

    private static readonly FrameSlabs Home = new();
    private static readonly int Sizes = SizeIndex(LargestKept) + 1;

    [ThreadStatic]
    private static Kept[]? _kept;

    private FrameSlabs()
    {
    }

    /// <summary>A slab of at least so many bytes, held once: for whoever asked.</summary>
    public static Slab Rent(int size)
    {
        var index = SizeIndex(size);
        Slab? slab = null;
        if (index < Sizes)
        {
            var kept = _kept ??= new Kept[Sizes];
            slab = kept[index].TryTake() ?? new Slab(Home, SmallestSize << index);
        }

        slab ??= new Slab(Home, size);
        slab.Hold();
        return slab;
    }

    /// <inheritdoc/>
    public void Return(Slab slab)
    {
        var index = SizeIndex(slab.Size);
        if (index < Sizes)
        {
            var kept = _kept ??= new Kept[Sizes];
            kept[index].Add(slab);
        }
    }

    private static int SizeIndex(int size) =>
        size <= SmallestSize ? 0 : BitOperations.Log2((uint)size - 1) + 1 - BitOperations.Log2(SmallestSize);

    /// <summary>The slabs of one size that a thread keeps.</summary>
    private struct Kept
    {
        private Slab?[]? _slabs;
        private int _count;

        public Slab? TryTake()
        {
            if (_count == 0)
            {
                return null;
            }

            var slab = _slabs![--_count];
            _slabs[_count] = null;
            return slab;
        }

        public void Add(Slab slab)
        {
            _slabs ??= new Slab?[Math.Clamp(KeptBytes / slab.Size, 1, MostKept)];
            if (_count < _slabs.Length)
            {
                _slabs[_count++] = slab;
            }
        }
    }
}
