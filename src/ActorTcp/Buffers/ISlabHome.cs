namespace ActorTcp.Buffers;

/// <summary>Whoever made a <see cref="Slab"/> and gets it back when nobody holds it any more.</summary>
internal interface ISlabHome
{
    /// <summary>Takes a slab back that nobody holds. From any thread.</summary>
    void Return(Slab slab);
}
