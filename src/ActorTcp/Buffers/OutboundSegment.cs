namespace ActorTcp.Buffers;

/// <summary>Bytes to be sent, who lent them, and what is handed back when the kernel has them all.</summary>
/// <param name="Memory">The bytes, unchanged until they are sent.</param>
/// <param name="Lease">The lease on them, released when they are sent; null where they are the sender's own.</param>
/// <param name="Tag">Handed back when they are sent; null where nobody asks.</param>
internal readonly record struct OutboundSegment(ReadOnlyMemory<byte> Memory, Lease? Lease, object? Tag);
