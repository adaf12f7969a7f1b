using ActorTcp.Framing;
using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// How a connection serves its handler. Part of <see cref="ListenerProtocol.Bind"/>, <see cref="ConnectorProtocol.Connect"/>,
/// <see cref="AdoptionProtocol.Adopt"/> and <see cref="ConnectionProtocol.Register"/>.
/// </summary>
public sealed record HandlerOptions
{
    /// <summary>The options with all their defaults.</summary>
    public static HandlerOptions Default { get; } = new();

    /// <summary>
    /// Whether the connection stays open for sending when the peer has ended its stream, until the handler closes it. Otherwise the connection
    /// closes once the handler has processed <see cref="ConnectionProtocol.PeerEof"/> and the queued bytes are sent. Defaults to false.
    /// </summary>
    public bool KeepOpenOnPeerEof { get; init; }

    /// <summary>Whether the handler receives one <see cref="Received"/> for each <see cref="ConnectionProtocol.Read"/> that it sends. Defaults to false.</summary>
    public bool Pull { get; init; }

    /// <summary>
    /// How the stream is cut into frames. Each frame is a <see cref="Received"/>, and the bytes of a <see cref="Send"/> are the payload of a frame.
    /// Defaults to null: the handler receives bytes as they arrive.
    /// </summary>
    public IFraming? Framing { get; init; }

    /// <summary>
    /// The supervision strategy of a handler that the connection makes. Defaults to null: a handler that fails is restarted, and stopped when it fails
    /// more than ten times in a minute. <see cref="ConnectionProtocol.Register"/> does not use it: a registered handler has a supervisor.
    /// </summary>
    public SupervisorStrategy? Supervision { get; init; }
}
