namespace ActorTcp.Benchmarks.Commands;

/// <summary>The option that chooses the servers to measure.</summary>
internal static class PeerChoice
{
    private static string Names => string.Join(", ", PeerCatalog.All.Select(peer => peer.Name));

    internal static Option<string> Option() => new("--peers")
    {
        Description = $"Servers, separated by commas, of: {Names} (left out: all)",
    };

    /// <summary>Returns the named servers without those that cannot run here; writes the reason to stderr.</summary>
    internal static PeerSelection Read(string? names)
    {
        var peers = new List<IPeer>();
        var missing = new List<string>();
        foreach (IPeer peer in names is null ? PeerCatalog.All : names.Split(',').Select(Find))
        {
            if (peers.Contains(peer))
                throw new UsageException($"--peers names {peer.Name} twice");
            if (peer.WhyMissing() is not { } reason)
            {
                peers.Add(peer);
                continue;
            }
            missing.Add($"{peer.Name} is left out: {reason}");
            Console.Error.WriteLine($"note: {missing[^1]}");
        }
        return peers.Count > 0 ? new PeerSelection(peers, missing) : throw new UsageException("--peers leaves no server to measure");
    }

    private static IPeer Find(string name) =>
        PeerCatalog.Find(name) ?? throw new UsageException($"--peers: there is no '{name}'; there are {Names}");
}

/// <summary>The chosen servers.</summary>
/// <param name="Peers">Those that can run here.</param>
/// <param name="Missing">A line for each of the others.</param>
internal sealed record PeerSelection(IReadOnlyList<IPeer> Peers, IReadOnlyList<string> Missing)
{
    internal IEnumerable<string> Notes => Peers.Select(peer => $"{peer.Name}: {peer.Description}").Concat(Missing);
}
