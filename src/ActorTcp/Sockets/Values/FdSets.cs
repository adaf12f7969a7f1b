namespace ActorTcp.Sockets;

/// <summary>Three sets of descriptors, as select(2) takes and returns them.</summary>
public sealed class FdSets
{
    /// <summary>Descriptors to read from, or ready to be read.</summary>
    public ISet<int> Reads { get; } = new SortedSet<int>();

    /// <summary>Descriptors to write to, or ready to be written.</summary>
    public ISet<int> Writes { get; } = new SortedSet<int>();

    /// <summary>Descriptors for urgent data, errors and hang-ups.</summary>
    public ISet<int> Excepts { get; } = new SortedSet<int>();

    /// <summary>Whether all three sets are empty.</summary>
    public bool IsEmpty => Reads.Count == 0 && Writes.Count == 0 && Excepts.Count == 0;

    internal void UnionWith(FdSets other)
    {
        Reads.UnionWith(other.Reads);
        Writes.UnionWith(other.Writes);
        Excepts.UnionWith(other.Excepts);
    }

    internal ISet<int> Of(IoMethod method) => method switch
    {
        IoMethod.Read => Reads,
        IoMethod.Write => Writes,
        _ => Excepts,
    };
}
