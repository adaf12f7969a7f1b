using ActorTcp.Cluster.Sessions;

namespace ActorTcp.Cluster;

/// <summary>The options of one type of sessions. All nodes of the cluster must use the same values.</summary>
public sealed record SessionOptions
{
    /// <summary>The options with all their defaults.</summary>
    public static SessionOptions Default { get; } = new();

    /// <summary>The maximum time that a session lives without a connection: 100 ms to 7 days. Defaults to 2 minutes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public TimeSpan Timeout { get; init => field = Argument.InRange(value, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(7)); } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The maximum number of bytes that the client has not acknowledged. A frame counts 64 bytes more than its length. If a frame does not fit, the session
    /// ends with <see cref="SessionEndReason.BufferFull"/>. 1 KiB to 1 GiB. Defaults to 1 MiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public int MaxBufferedBytes { get; init => field = Argument.InRange(value, 1024, 1 << 30); } = 1 << 20;

    /// <summary>
    /// The maximum number of frames that the client has not acknowledged. If a frame does not fit, the session ends with
    /// <see cref="SessionEndReason.BufferFull"/>. 1 to 1,000,000. Defaults to 8,192.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public int MaxBufferedFrames { get; init => field = Argument.InRange(value, 1, 1_000_000); } = 8192;

    /// <summary>
    /// The maximum number of bytes on the way between connection and session, in each direction. Beyond it, the connection reads nothing from its client,
    /// and the session sends nothing to the connection, until the other side has acknowledged some. One frame may always be on its way. 1 KiB to 16 MiB.
    /// Defaults to 64 KiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public int Window { get; init => field = Argument.InRange(value, 1024, 1 << 24); } = 1 << 16;

    /// <summary>
    /// The maximum number of bytes in a frame, in both directions, and of the state of <see cref="Session.SaveState"/>: 16 bytes to 16 MiB. In a cluster it must be
    /// less than <c>akka.remote.dot-netty.tcp.maximum-frame-size</c>, with some room for the message around it. Defaults to 32 KiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public int MaxFrameLength { get; init => field = Argument.InRange(value, 16, 1 << 24); } = 1 << 15;

    /// <summary>Whether the state of sessions is copied to the other nodes. Defaults to <see cref="SessionReplication.Majority"/>.</summary>
    public SessionReplication Replication { get; init; } = SessionReplication.Majority;

    /// <summary>
    /// The time after which messages between nodes are sent again if they are not answered: 100 ms to 1 minute. Defaults to 2 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public TimeSpan RetryInterval { get; init => field = Argument.InRange(value, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)); } = TimeSpan.FromSeconds(2);

    /// <summary>The number of shards: 1 to 10,000. About ten for each node is a good number. Defaults to 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public int Shards { get; init => field = Argument.InRange(value, 1, 10_000); } = 100;

    /// <summary>The role of the nodes that have sessions. Null, the default: all nodes. Connections may be on any node that calls <c>WithActorTcpSessions</c>.</summary>
    public string? Role { get; init; }
}
