namespace ActorTcp.Framing;

/// <summary>
/// A frame that a decoder hands out: either a slice of the segment that was read, valid as long as that, or bytes that were
/// put together and are lent to whoever gets the frame. A frame that is never released costs no more than its memory
/// until the collector finds it.
/// </summary>
public readonly struct Frame : IEquatable<Frame>
{
    /// <summary>A frame that is a slice of the segment that was read.</summary>
    /// <param name="slice">The slice.</param>
    public Frame(ReadOnlyMemory<byte> slice) => Memory = slice;

    /// <summary>A frame in memory of its own.</summary>
    /// <param name="lease">The lease on its bytes, for whoever gets the frame.</param>
    /// <exception cref="ArgumentNullException"><paramref name="lease"/> is null.</exception>
    public Frame(Lease lease)
    {
        ArgumentNullException.ThrowIfNull(lease);
        Lease = lease;
        Memory = lease.Memory;
    }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Memory { get; }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => Memory.Span;

    /// <summary>How many bytes; a frame may be empty.</summary>
    public int Length => Memory.Length;

    /// <summary>The lease on the bytes; null where the frame is a slice of the segment that was read.</summary>
    public Lease? Lease { get; }

    /// <summary>Gives the memory back where it is the frame's own. Once.</summary>
    public void Release() => Lease?.Release();

    /// <summary>Whether both are the same memory under the same lease.</summary>
    public bool Equals(Frame other) => Memory.Equals(other.Memory) && ReferenceEquals(Lease, other.Lease);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Frame other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Memory.GetHashCode();

    /// <summary>Whether both are the same memory under the same lease.</summary>
    public static bool operator ==(Frame left, Frame right) => left.Equals(right);

    /// <summary>Whether they differ in memory or lease.</summary>
    public static bool operator !=(Frame left, Frame right) => !left.Equals(right);
}
