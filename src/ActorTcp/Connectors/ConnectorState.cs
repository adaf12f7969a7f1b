using ActorTcp.Transport;
using Akka.Actor;

namespace ActorTcp.Connectors;

/// <summary>
/// The state of a <see cref="ConnectorActor"/>, with the objects that belong to it.
/// <code>
///               ┌──────────────────────── the wait is over ───────────────────────┐
///               ▼                                                                 │
/// start ──▶ Resolving ──addresses──▶ Connecting ──first success─────▶ Up          │
///               │                        └──with TLS──▶ Securing ──handshake──▶ Up     │
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
internal abstract record ConnectorState
{
    /// <summary>The connector waits for the addresses of the host.</summary>
    internal sealed record Resolving(HostRequest Request) : ConnectorState;

    /// <summary>The connector tries the addresses.</summary>
    internal sealed record Connecting(HappyEyeballs Attempts) : ConnectorState;

    /// <summary>The connector has a connection whose TLS handshake is not complete. The reason is null until the connection has closed.</summary>
    internal sealed record Securing(IActorRef Connection, IChannel Channel, HappyEyeballs Attempts, ConnectionProtocol.Closed? Reason) : ConnectorState;

    /// <summary>The connector has a connection, since a time of the loop's clock in milliseconds.</summary>
    internal sealed record Up(IActorRef Connection, long Since) : ConnectorState;

    /// <summary>The connection has closed, and its actor has not stopped yet. Another attempt may follow.</summary>
    internal sealed record Leaving(IActorRef Connection, ConnectionProtocol.Closed Reason) : ConnectorState;

    /// <summary>A timer is running until the next attempt.</summary>
    internal sealed record Waiting : ConnectorState;

    /// <summary>The connector ends when the connection's actor stops. The reason is null until the connection has closed.</summary>
    internal sealed record Closing(IActorRef Connection, ConnectionProtocol.Closed? Reason) : ConnectorState;

    /// <summary>The connector has sent its last event, and stops.</summary>
    internal sealed record Ended : ConnectorState;

    /// <summary>The state as a <see cref="ConnectorDescription"/> shows it.</summary>
    public ConnectorPhase Phase => this switch
    {
        Resolving => ConnectorPhase.Resolving,
        Connecting or Securing => ConnectorPhase.Connecting,
        Up => ConnectorPhase.Up,
        Leaving => ConnectorPhase.Leaving,
        Waiting => ConnectorPhase.Waiting,
        Closing => ConnectorPhase.Closing,
        _ => ConnectorPhase.Ended,
    };
}
