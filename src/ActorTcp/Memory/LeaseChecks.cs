namespace ActorTcp.Memory;

/// <summary>
/// The checked mode of leases (<c>actortcp.checked-leases</c>), for tests: each receive of a loop gets its own memory, released memory is
/// overwritten and kept out of use for a while, and an error about a released object says where it was released. One per loop.
/// </summary>
internal sealed class LeaseChecks : ISlabHome
{
    /// <summary>The byte that overwrites released memory.</summary>
    public const byte Poison = 0xDB;

    /// <summary>Released slabs that are kept from the garbage collector, so that their addresses are not used again soon.</summary>
    private const int Quarantined = 256;

    private static readonly ConditionalWeakTable<object, string> Sites = [];

    private readonly Slab?[] _quarantine = new Slab?[Quarantined];
    private int _next;
    private int _held;

    /// <summary>The slabs of this loop that are held at the moment. From any thread.</summary>
    public int HeldSlabs => Volatile.Read(ref _held);

    /// <summary>A slab for these bytes alone, held once.</summary>
    public Slab Rent(int size)
    {
        var slab = new Slab(this, size);
        slab.Hold();
        Interlocked.Increment(ref _held);
        return slab;
    }

    /// <summary>Remembers where an object with leased bytes is released, if the slab is a checked one.</summary>
    public static void NoteRelease(object leased, Slab slab)
    {
        if (slab.Home is LeaseChecks)
        {
            Sites.AddOrUpdate(leased, new StackTrace(1, fNeedFileInfo: true).ToString());
        }
    }

    /// <summary>The error of an access to a leased object after its release.</summary>
    public static ObjectDisposedException Released(object leased, string name) => new(
        name,
        Sites.TryGetValue(leased, out var site)
            ? $"These bytes have been released here:{Environment.NewLine}{site}"
            : "These bytes have been released. Retain() keeps them longer; actortcp.checked-leases = on says where they were released.");

    /// <inheritdoc/>
    public void Return(Slab slab)
    {
        slab.Span(0, slab.Size).Fill(Poison);
        Interlocked.Decrement(ref _held);
        _quarantine[(uint)Interlocked.Increment(ref _next) % Quarantined] = slab;
    }
}
