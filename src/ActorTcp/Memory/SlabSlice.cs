namespace ActorTcp.Memory;

/// <summary>
/// Some bytes of a slab, and a hold on that slab. The owner of the value releases it exactly once; a copy of the value is not a
/// second hold. The default value has no slab and nothing to release.
/// </summary>
internal readonly record struct SlabSlice(Slab? Slab, int Offset, int Length)
{
    public ReadOnlySpan<byte> Span => Slab is null ? default : Slab.Span(Offset, Length);

    public ReadOnlyMemory<byte> Memory => Slab is null ? default : Slab.Slice(Offset, Length);

    /// <summary>A copy of bytes in a slab of their own.</summary>
    public static SlabSlice CopyOf(ReadOnlySpan<byte> bytes)
    {
        var slab = ThreadSlabs.Rent(bytes.Length);
        bytes.CopyTo(slab.Span(0, bytes.Length));
        return new SlabSlice(slab, 0, bytes.Length);
    }

    /// <summary>A second hold on the same bytes.</summary>
    public SlabSlice Share()
    {
        Slab?.Hold();
        return this;
    }

    /// <summary>A second hold, on a part of the bytes.</summary>
    /// <exception cref="ArgumentException">The part is not in these bytes.</exception>
    public SlabSlice Share(ReadOnlyMemory<byte> part)
    {
        var shared = Narrow(part);
        Slab?.Hold();
        return shared;
    }

    /// <summary>The same hold, for a part of the bytes only.</summary>
    /// <exception cref="ArgumentException">The part is not in these bytes.</exception>
    public SlabSlice Narrow(ReadOnlyMemory<byte> part)
    {
        if (part.IsEmpty)
        {
            return this with { Length = 0 };
        }

        if (Slab is null || !MemoryMarshal.TryGetArray(part, out var bytes) || !Slab.IsOf(bytes.Array!)
            || bytes.Offset < Offset || bytes.Offset + bytes.Count > Offset + Length)
        {
            throw new ArgumentException($"The part of {part.Length} bytes is not within the {Length} leased bytes; it must be.", nameof(part));
        }

        return new SlabSlice(Slab, bytes.Offset, bytes.Count);
    }

    public void Release() => Slab?.Release();
}
