using ActorTcp.Actors;
using ActorTcp.Buffers;
using Akka.Actor;
using Akka.DependencyInjection;

namespace ActorTcp.Hosting;

/// <summary>What a hosted client is: where it connects to, and what its connections are like.</summary>
public sealed class TcpClientOptions
{
    /// <summary>The name or the address of the host.</summary>
    public string Host { get; set; } = "";

    /// <summary>1 to 65535.</summary>
    public int Port { get; set; }

    /// <summary>How to make the handlers, one for each connection; null: by dependency injection, as each constructor asks.</summary>
    public Func<IDependencyResolver, Props>? Handler { get; set; }

    /// <summary>As in <see cref="ConnectorProtocol.Connect"/>; null: what <c>actortcp.connector</c> says.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>As in <see cref="ConnectorProtocol.Connect"/>; null: what <c>actortcp.connector</c> says.</summary>
    public long? QueueBytes { get; set; }

    /// <summary>As in <see cref="ConnectorProtocol.Connect"/>; null: what <c>actortcp.connector</c> says.</summary>
    public ReconnectPolicy? Reconnect { get; set; }

    /// <summary>How the streams are cut into frames; null: not at all. As in <see cref="ConnectionProtocol.Register"/>.</summary>
    public IFraming? Framing { get; set; }

    /// <summary>As in <see cref="ConnectionProtocol.Register"/>.</summary>
    public bool KeepOpenOnPeerEof { get; set; }

    /// <summary>As in <see cref="ConnectionProtocol.Register"/>.</summary>
    public bool Pull { get; set; }

    /// <summary>What is done when a handler fails; null: restart, up to ten times a minute.</summary>
    public SupervisorStrategy? Supervision { get; set; }

    internal ConnectorProtocol.Connect ToConnect(Props handler) => new(Host, Port, handler)
    {
        KeepOpenOnPeerEof = KeepOpenOnPeerEof,
        Pull = Pull,
        Supervision = Supervision,
        Framing = Framing,
        Timeout = Timeout,
        QueueBytes = QueueBytes,
        Reconnect = Reconnect,
    };
}
