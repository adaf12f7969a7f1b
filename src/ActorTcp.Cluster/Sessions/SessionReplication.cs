namespace ActorTcp.Cluster;

/// <summary>Whether the state of sessions is copied to the other nodes of the cluster.</summary>
public enum SessionReplication
{
    /// <summary>
    /// A session lives on one node, and ends when that node crashes. When the session moves, because nodes join or leave, its state moves with it.
    /// </summary>
    None,

    /// <summary>
    /// A frame is acknowledged to the client, and a frame of the session is sent to it, when a majority of the nodes has the session's state. The session
    /// continues on another node when its node crashes. In a cluster of one node it costs nothing.
    /// </summary>
    Majority,
}
