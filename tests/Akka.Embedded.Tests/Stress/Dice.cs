namespace Akka.Embedded.Tests.Stress;

/// <summary>A small random generator that costs nothing to make: each message carries the seed of its own.</summary>
internal struct Dice(uint seed)
{
    private uint _state = seed | 1;

    public uint Next()
    {
        _state ^= _state << 13;
        _state ^= _state >> 17;
        _state ^= _state << 5;
        return _state;
    }

    public int Next(int limit) => (int)(Next() % (uint)limit);

    /// <summary>True in so many of a thousand throws.</summary>
    public bool PerMille(int chances) => Next(1_000) < chances;
}
