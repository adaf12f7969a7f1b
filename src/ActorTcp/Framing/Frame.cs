namespace ActorTcp.Framing;

/// <summary>
/// A frame that a decoder returns. It is either a slice of the decoder's input, valid as long as the input, or leased memory that the
/// caller releases.
/// </summary>
/// <remarks>If a leased frame is never released, its memory is not reused, and the garbage collector collects it.</remarks>
public readonly struct Frame : IEquatable<Frame>
{
    /// <summary>Creates a frame that is a slice of the decoder's input.</summary>
    /// <param name="slice">The bytes of the frame, a part of the input.</param>
    public Frame(ReadOnlyMemory<byte> slice) => Memory = slice;

    /// <summary>Creates a frame in leased memory.</summary>
    /// <param name="lease">The lease on the bytes of the frame. The receiver of the frame releases it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="lease"/> is null.</exception>
    public Frame(Lease lease)
    {
        ArgumentNullException.ThrowIfNull(lease);
        Lease = lease;
        Memory = lease.Memory;
    }

    /// <summary>The bytes of the frame, as memory.</summary>
    public ReadOnlyMemory<byte> Memory { get; }

    /// <summary>The bytes of the frame, as a span.</summary>
    public ReadOnlySpan<byte> Span => Memory.Span;

    /// <summary>The length of the frame in bytes. A frame may be empty.</summary>
    public int Length => Memory.Length;

    /// <summary>The lease on the bytes; null if the frame is a slice of the decoder's input.</summary>
    public Lease? Lease { get; }

    /// <summary>Releases the lease of the frame. To be called at most once. Does nothing if the frame is a slice of the decoder's input.</summary>
    public void Release() => Lease?.Release();

    /// <summary>Whether both frames are the same memory with the same lease. The bytes are not compared.</summary>
    public bool Equals(Frame other) => Memory.Equals(other.Memory) && ReferenceEquals(Lease, other.Lease);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Frame other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Memory.GetHashCode();

    /// <summary>Whether both frames are the same memory with the same lease. The bytes are not compared.</summary>
    public static bool operator ==(Frame left, Frame right) => left.Equals(right);

    /// <summary>Whether the frames differ in memory or lease. The bytes are not compared.</summary>
    public static bool operator !=(Frame left, Frame right) => !left.Equals(right);
}
