using ActorTcp.Transport;
using Akka.Actor;

namespace ActorTcp.Connectors;

/// <summary>
/// Where a <see cref="ConnectorActor"/> is in its life, with what belongs to it there.
/// <code>
///               ┌──────────────────────── the wait is over ───────────────────────┐
///               ▼                                                                 │
/// start ──▶ Resolving ──addresses──▶ Connecting ──first that is up──▶ Up          │
///               │ failed, time-out       │ all failed, time-out       │ it ended   │
///               │                        │                            ▼            │
///               │                        │                         Leaving         │
///               │                        │                            │ is gone    │
///               └────────────────────────┴──────── tries left? ───────┴──▶ Waiting ┘
///                                                       │ none
///                                                       ▼
///  Close, Abort, owner stopped: Up, Leaving ──▶ Closing ──is gone──▶ Ended ◀── the same: the others
/// </code>
/// </summary>
internal abstract record ConnectorPhase
{
    /// <summary>The host's addresses are looked up.</summary>
    internal sealed record Resolving(HostRequest Request) : ConnectorPhase;

    /// <summary>Addresses are tried.</summary>
    internal sealed record Connecting(HappyEyeballs Race) : ConnectorPhase;

    /// <summary>There is a connection, since this time of the loop's clock in milliseconds.</summary>
    internal sealed record Up(IActorRef Connection, long Since) : ConnectorPhase;

    /// <summary>The connection has ended, and its actor is still at its last messages.</summary>
    internal sealed record Leaving(IActorRef Connection, ConnectionProtocol.Closed Reason) : ConnectorPhase;

    /// <summary>It is tried again when the time is over.</summary>
    internal sealed record Waiting : ConnectorPhase;

    /// <summary>The connection was told to end, or has; null: it has not said why yet.</summary>
    internal sealed record Closing(IActorRef Connection, ConnectionProtocol.Closed? Reason) : ConnectorPhase;

    /// <summary>The last event is told.</summary>
    internal sealed record Ended : ConnectorPhase;

    public sealed override string ToString() => GetType().Name;
}
