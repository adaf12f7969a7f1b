namespace ActorTcp.Benchmarks.Peers;

/// <summary>All peers, in the order in which tables show them.</summary>
internal static class PeerCatalog
{
    internal static IReadOnlyList<IPeer> All { get; } =
    [
        NativePeer.Epoll,
        NativePeer.Uring,
        ActorTcpPeer.Lent,
        ActorTcpPeer.Copied,
        new AkkaIoPeer(),
        KestrelPeer.Plain,
        KestrelPeer.Inline,
        SocketPeer.Plain,
        SocketPeer.Inline,
        .. BaselinePeer.FromEnvironment(),
    ];

    internal static IEnumerable<ManagedPeer> Managed => All.OfType<ManagedPeer>();

    internal static IPeer? Find(string name) => All.FirstOrDefault(peer => peer.Name == name);
}
