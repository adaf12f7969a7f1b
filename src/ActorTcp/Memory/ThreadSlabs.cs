using System.Collections.Concurrent;
using System.Numerics;

namespace ActorTcp.Memory;

/// <summary>
/// Memory for bytes that must be joined, such as a frame in several segments: slabs with sizes in powers of
/// two. Each thread keeps some of each size. A slab returns to the thread that rented it, whichever thread releases it.
/// </summary>
internal sealed class ThreadSlabs : ISlabHome
{
    /// <summary>The smallest slab, in bytes.</summary>
    public const int SmallestSize = 256;

    /// <summary>The largest slab that is kept for use again, in bytes; the garbage collector gets larger ones.</summary>
    public const int LargestKept = 1024 * 1024;

    /// <summary>The bytes of one size that a thread keeps, if that is not less than one slab.</summary>
    private const int KeptBytes = 256 * 1024;

    private const int MostKept = 64;

    private static readonly int Sizes = SizeIndex(LargestKept) + 1;

    [ThreadStatic]
    private static ThreadSlabs? _ofThisThread;

    private readonly Kept[] _kept = new Kept[Sizes];

    // Slabs that other threads released, at most LargestKept bytes.
    private readonly ConcurrentQueue<Slab> _returned = new();
    private int _returnedBytes;

    private readonly LeaseChecks? _checks;

    private ThreadSlabs(LeaseChecks? checks) => _checks = checks;

    /// <summary>From now on the slabs that the calling thread rents are checked.</summary>
    public static void CheckThisThread(LeaseChecks checks) => _ofThisThread = new ThreadSlabs(checks);

    /// <summary>A slab of at least this size, held once for the caller.</summary>
    public static Slab Rent(int size)
    {
        var home = _ofThisThread ??= new ThreadSlabs(checks: null);
        if (home._checks is { } checks)
        {
            return checks.Rent(size);
        }

        var index = SizeIndex(size);
        var slab = index >= Sizes ? new Slab(home, size) : home.TryTake(index) ?? new Slab(home, SmallestSize << index);
        slab.Hold();
        return slab;
    }

    /// <inheritdoc/>
    public void Return(Slab slab)
    {
        if (SizeIndex(slab.Size) >= Sizes)
        {
            return;
        }

        if (ReferenceEquals(_ofThisThread, this))
        {
            Keep(slab);
        }
        else if (Interlocked.Add(ref _returnedBytes, slab.Size) <= LargestKept)
        {
            _returned.Enqueue(slab);
        }
        else
        {
            Interlocked.Add(ref _returnedBytes, -slab.Size);
        }
    }

    private Slab? TryTake(int index)
    {
        if (_kept[index].TryTake() is { } slab)
        {
            return slab;
        }

        while (_returned.TryDequeue(out var returned))
        {
            Interlocked.Add(ref _returnedBytes, -returned.Size);
            Keep(returned);
        }

        return _kept[index].TryTake();
    }

    private void Keep(Slab slab) => _kept[SizeIndex(slab.Size)].Add(slab);

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
