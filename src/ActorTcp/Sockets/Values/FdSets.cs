namespace ActorTcp.Sockets;

/// <summary>Three sets of descriptors, as select(2) takes and gives them.</summary>
public sealed class FdSets
{
    /// <summary>To be read from, or ready for it.</summary>
    public ISet<int> Reads { get; } = new SortedSet<int>();

    /// <summary>To be written to, or ready for it.</summary>
    public ISet<int> Writes { get; } = new SortedSet<int>();

    /// <summary>For urgent data, errors and hang-ups.</summary>
    public ISet<int> Excepts { get; } = new SortedSet<int>();

    /// <summary>Whether there is none in any of them.</summary>
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
