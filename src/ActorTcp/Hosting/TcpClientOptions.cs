using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp.Hosting;

/// <summary>The options of a hosted client. They are read once, when the host starts.</summary>
public sealed class TcpClientOptions : HostedOptions
{
    /// <summary>The host to connect to: a host name, an IPv4 or IPv6 address, or a Unix socket as <c>unix:/run/x.sock</c>. Required.</summary>
    public string Host { get; set; } = "";

    /// <summary>The port to connect to: 1 to 65535. Required, but 0 for a Unix socket.</summary>
    public int Port { get; set; }

    /// <summary>
    /// The maximum time of one connect, including the lookup of the name and the attempts at all addresses. Null, the default, means
    /// <c>actortcp.connector.connect-timeout</c>.
    /// </summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>
    /// The maximum number of bytes that the connector queues while it has no connection. With 0, a Send without a connection fails with ENOTCONN.
    /// Null, the default, means <c>actortcp.connector.queue-bytes</c>.
    /// </summary>
    public long? QueueBytes { get; set; }

    /// <summary>
    /// When the client connects again after a lost connection or a failed connect. Null, the default, means the policy of
    /// <c>actortcp.connector</c>.
    /// </summary>
    public ReconnectPolicy? Reconnect { get; set; }

    /// <inheritdoc cref="ConnectorProtocol.Connect.FastOpen"/>
    public bool? FastOpen { get; set; }

    /// <summary>
    /// Returns the connection settings of this client. Its argument is <c>actortcp.connection</c>. Null, the default: no changes.
    /// </summary>
    public Func<ConnectionSettings, ConnectionSettings>? Connection { get; set; }

    /// <inheritdoc cref="ConnectorProtocol.Connect.ProxyHeader"/>
    public ProxyHeader? ProxyHeader { get; set; }

    /// <inheritdoc cref="ConnectorProtocol.Connect.LocalAddress"/>
    public SockAddr? LocalAddress { get; set; }

    internal ConnectorProtocol.Connect ToConnect(Props handler, ActorTcpSettings settings) => new(Host, Port, handler)
    {
        HandlerOptions = HandlerOptions,
        Timeout = Timeout,
        QueueBytes = QueueBytes,
        Reconnect = Reconnect,
        LocalAddress = LocalAddress,
        FastOpen = FastOpen,
        ConnectionSettings = Connection?.Invoke(settings.Connection),
        Tls = Tls,
        ProxyHeader = ProxyHeader,
    };
}
