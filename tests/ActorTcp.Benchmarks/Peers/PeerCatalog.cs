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

    /// <summary>The servers with TLS, which need a client with TLS.</summary>
    internal static IReadOnlyList<IPeer> WithTls { get; } = [ActorTcpPeer.Tls, KestrelPeer.Tls, KestrelPeer.InlineTls];

    internal static IEnumerable<ManagedPeer> Managed => All.Concat(WithTls).OfType<ManagedPeer>();

    internal static IPeer? Find(string name) => All.FirstOrDefault(peer => peer.Name == name);
}
