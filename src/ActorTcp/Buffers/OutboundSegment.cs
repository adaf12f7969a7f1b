namespace ActorTcp.Buffers;

/// <summary>Bytes to be sent.</summary>
/// <param name="Memory">The bytes, unchanged until they are sent. Backed by an array.</param>
/// <param name="Slab">The hold on their memory, released when they are sent; null if they are the sender's own.</param>
/// <param name="Tag">Returned to the owner of the channel when they are sent; null if no outcome was asked for.</param>
internal readonly record struct OutboundSegment(ReadOnlyMemory<byte> Memory, Slab? Slab, object? Tag);
