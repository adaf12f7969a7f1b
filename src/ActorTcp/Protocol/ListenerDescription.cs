using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp;

/// <summary>A snapshot of a listener, the answer to <see cref="ListenerProtocol.Describe"/>.</summary>
/// <param name="Listener">Its actor.</param>
/// <param name="LocalAddress">The address that it listens on, or listened on.</param>
/// <param name="Ports">The number of consecutive ports that it listens on, starting at the port of the address.</param>
/// <param name="Phase">Its phase.</param>
/// <param name="Accepting">Whether it accepts at the moment.</param>
/// <param name="Accepted">The total number of connections that it has accepted.</param>
/// <param name="Refused">The number of accepted connections that were refused because of a limit.</param>
/// <param name="Limits">The limits in force.</param>
/// <param name="Connections">The present connections.</param>
public sealed record ListenerDescription(
    IActorRef Listener,
    SockAddr LocalAddress,
    int Ports,
    ListenerPhase Phase,
    bool Accepting,
    long Accepted,
    long Refused,
    ListenerLimits Limits,
    IReadOnlyList<IActorRef> Connections) : ITcpMessage
{
    /// <summary>Whether accepting is paused because the last accept failed, usually because no descriptor or memory was available.</summary>
    public bool IsExhausted { get; init; }

    /// <summary>All addresses that it listens on, or listened on. The first is <see cref="LocalAddress"/>.</summary>
    public IReadOnlyList<SockAddr> LocalAddresses { get; init; } = [LocalAddress];

    /// <summary>The name of the inherited sockets on which it listens (<see cref="InheritedSockets"/>); null if it has opened its own.</summary>
    public string? InheritedName { get; init; }

    /// <summary>
    /// The requested length of the kernel's backlog for each port. The kernel reduces it to net.core.somaxconn. 0 for inherited sockets, whose backlog the
    /// service manager has set.
    /// </summary>
    public int Backlog { get; init; }

    /// <summary>The network interface that it is bound to; null for all.</summary>
    public string? Device { get; init; }

    /// <summary>The initial size of the receive buffer of accepted connections, in bytes; 0 if it no longer listens.</summary>
    public int RecvBufferSize { get; init; }

    /// <summary>The initial size of the send buffer of accepted connections, in bytes; 0 if it no longer listens.</summary>
    public int SendBufferSize { get; init; }

    /// <summary>The number of refused connections by reason. A reason without a refused connection is not in it.</summary>
    public IReadOnlyDictionary<RefuseReason, long> RefusedByReason { get; init; } = new Dictionary<RefuseReason, long>();

    /// <summary>The number of addresses that are remembered for the limits per address, at most <see cref="ListenerLimits.MaxAddresses"/>.</summary>
    public int Addresses { get; init; }

    /// <summary>Whether the number of connections is at the limit.</summary>
    public bool IsFull => Limits.MaxConnections > 0 && Connections.Count >= Limits.MaxConnections;
}
