using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp;

/// <summary>A snapshot of a listener, the answer to <see cref="ListenerProtocol.Describe"/>.</summary>
/// <param name="Listener">Its actor.</param>
/// <param name="LocalAddress">Where it listens, or listened.</param>
/// <param name="Ports">How many consecutive ports it listens on, from that of the address.</param>
/// <param name="Phase">Listening, Unbound, Draining, Closing, Aborting or Ended.</param>
/// <param name="Accepting">Whether it accepts at the moment.</param>
/// <param name="Accepted">How many connections it has accepted in all.</param>
/// <param name="Refused">How many of those were beyond the limit, and closed.</param>
/// <param name="Limits">The limits in force.</param>
/// <param name="Connections">The connections that live.</param>
public sealed record ListenerDescription(
    IActorRef Listener,
    SockAddr LocalAddress,
    int Ports,
    string Phase,
    bool Accepting,
    long Accepted,
    long Refused,
    ListenerLimits Limits,
    IReadOnlyList<IActorRef> Connections) : INoSerializationVerificationNeeded
{
    /// <summary>Whether accepting rests because it failed last, as a rule for want of descriptors or memory.</summary>
    public bool IsExhausted { get; init; }

    /// <summary>All addresses where it listens, or listened. The first is <see cref="LocalAddress"/>.</summary>
    public IReadOnlyList<SockAddr> LocalAddresses { get; init; } = [LocalAddress];

    /// <summary>The number of connections that the kernel was asked to hold ready for each port; it may hold fewer (net.core.somaxconn).</summary>
    public int Backlog { get; init; }

    /// <summary>The network interface that it is bound to; null: all.</summary>
    public string? Device { get; init; }

    /// <summary>The receive buffer's size in bytes, which accepted connections begin with; 0 when it no longer listens.</summary>
    public int RecvBufferSize { get; init; }

    /// <summary>The send buffer's size in bytes, which accepted connections begin with; 0 when it no longer listens.</summary>
    public int SendBufferSize { get; init; }

    /// <summary>Whether there are as many connections as there may be.</summary>
    public bool IsFull => Limits.MaxConnections > 0 && Connections.Count >= Limits.MaxConnections;
}
