namespace ActorTcp.Cluster;

/// <summary>How a node joins its cluster. See <see cref="ActorTcpClusterExtensions.WithActorTcpCluster"/>.</summary>
public sealed class ActorTcpClusterOptions
{
    /// <summary>
    /// The host name or the address at which the other nodes reach this one. Null, the default: <c>akka.remote.dot-netty.tcp.hostname</c> of the
    /// configuration counts.
    /// </summary>
    public string? Host { get; set; }

    /// <summary>
    /// The port at which this node listens for the others: 1 to 65535, or 0 for any free port. Null, the default: <c>akka.remote.dot-netty.tcp.port</c> of the
    /// configuration counts.
    /// </summary>
    public int? Port { get; set; }

    /// <summary>
    /// Nodes of the cluster, each as <c>host:port</c>. The node joins the cluster of the first one that answers. The very first node of a cluster has its own
    /// address first in the list. Empty, the default: the application joins the cluster itself, for example by <c>WithClustering</c>.
    /// </summary>
    public IList<string> Seeds { get; } = [];

    /// <summary>
    /// The cluster role of the nodes that use ActorTcp's groups, directory and presence. Null, the default: all nodes do. A node that does not use them logs
    /// messages that it does not know.
    /// </summary>
    public string? Role { get; set; }
}
