using ActorTcp.Transport;
using Akka.Actor;

namespace ActorTcp.Connectors;

/// <summary>
/// The state of a <see cref="ConnectorActor"/>, with the objects that belong to it.
/// <code>
///               ┌──────────────────────── the wait is over ───────────────────────┐
///               ▼                                                                 │
/// start ──▶ Resolving ──addresses──▶ Connecting ──first success─────▶ Up          │
///               │ failed, time-out       │ all failed, time-out       │ closed     │
///               │                        │                            ▼            │
///               │                        │                         Leaving         │
///               │                        │                            │ stopped    │
///               └────────────────────────┴──────attempts left? ───────┴──▶ Waiting ┘
///                                                       │ no
///                                                       ▼
/// Close, Abort, owner stopped: Up, Leaving ──▶ Closing ──stopped──▶ Ended ◀── all other phases
/// </code>
/// </summary>
internal abstract record ConnectorPhase
{
    /// <summary>The connector waits for the addresses of the host.</summary>
    internal sealed record Resolving(HostRequest Request) : ConnectorPhase;

    /// <summary>The connector tries the addresses.</summary>
    internal sealed record Connecting(HappyEyeballs Attempts) : ConnectorPhase;

    /// <summary>The connector has a connection, since a time of the loop's clock in milliseconds.</summary>
    internal sealed record Up(IActorRef Connection, long Since) : ConnectorPhase;

    /// <summary>The connection has closed, and its actor has not stopped yet. Another attempt may follow.</summary>
    internal sealed record Leaving(IActorRef Connection, ConnectionProtocol.Closed Reason) : ConnectorPhase;

    /// <summary>A timer is running until the next attempt.</summary>
    internal sealed record Waiting : ConnectorPhase;

    /// <summary>The connector ends when the connection's actor stops. The reason is null until the connection has closed.</summary>
    internal sealed record Closing(IActorRef Connection, ConnectionProtocol.Closed? Reason) : ConnectorPhase;

    /// <summary>The connector has sent its last event, and stops.</summary>
    internal sealed record Ended : ConnectorPhase;

    public sealed override string ToString() => GetType().Name;
}
