using System.CommandLine;
using ActorTcp.Benchmarks.Peers;

namespace ActorTcp.Benchmarks.Commands;

/// <summary>The option by which a command is told which servers it measures.</summary>
internal static class PeerChoice
{
    internal static Option<string> Option() => new("--peers")
    {
        Description = $"Servers, separated by commas, of: {Names} (left out: all)",
    };

    /// <summary>The servers that are named and can run here; who cannot is left out, and stderr says why.</summary>
    internal static List<IPeer> Read(string? names)
    {
        var peers = new List<IPeer>();
        foreach (IPeer peer in names is null ? PeerCatalog.All : names.Split(',').Select(Find))
        {
            if (peers.Contains(peer))
                throw new UsageException($"--peers names {peer.Name} twice");
            if (peer.WhyMissing() is not { } reason)
                peers.Add(peer);
            else
                Console.Error.WriteLine($"note: {peer.Name} is left out: {reason}");
        }
        return peers.Count > 0 ? peers : throw new UsageException("--peers leaves no server to measure");
    }

    private static string Names => string.Join(", ", PeerCatalog.All.Select(peer => peer.Name));

    private static IPeer Find(string name) =>
        PeerCatalog.Find(name) ?? throw new UsageException($"--peers: there is no '{name}'; there are {Names}");
}
