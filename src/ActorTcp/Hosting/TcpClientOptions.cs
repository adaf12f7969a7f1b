using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Hosting;

/// <summary>What a hosted client is: where it connects to, and what its connections are like.</summary>
public sealed class TcpClientOptions : HostedOptions
{
    /// <summary>The name or the address of the host.</summary>
    public string Host { get; set; } = "";

    /// <summary>1 to 65535.</summary>
    public int Port { get; set; }

    /// <summary>As in <see cref="ConnectorProtocol.Connect"/>; null: what <c>actortcp.connector</c> says.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>As in <see cref="ConnectorProtocol.Connect"/>; null: what <c>actortcp.connector</c> says.</summary>
    public long? QueueBytes { get; set; }

    /// <summary>As in <see cref="ConnectorProtocol.Connect"/>; null: what <c>actortcp.connector</c> says.</summary>
    public ReconnectPolicy? Reconnect { get; set; }

    /// <inheritdoc cref="ConnectorProtocol.Connect.LocalAddress"/>
    public SockAddr? LocalAddress { get; set; }

    internal ConnectorProtocol.Connect ToConnect(Props handler) => new(Host, Port, handler)
    {
        HandlerOptions = HandlerOptions,
        Timeout = Timeout,
        QueueBytes = QueueBytes,
        Reconnect = Reconnect,
        LocalAddress = LocalAddress,
    };
}
