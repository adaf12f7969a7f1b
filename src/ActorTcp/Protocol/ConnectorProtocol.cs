using ActorTcp.Settings;
using ActorTcp.Protocol;
using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// The messages to and from the manager and a connector. Commands have imperative names, and events have names in the past tense. The connector sends its
/// events to its owner, which is the sender of <see cref="Connect"/>. A connector closes when its owner stops.
/// </summary>
public static class ConnectorProtocol
{
    /// <summary>
    /// To the manager: connect to a host, and connect again if the reconnect policy allows it. The owner receives <see cref="Started"/> first, and
    /// <see cref="ConnectFailed"/> or <see cref="Closed"/> last. An Ask receives one answer: <see cref="Connected"/>, or the last event.
    /// </summary>
    /// <param name="Host">A name, which is looked up, or an address as text. A Unix socket is <c>unix:/run/x.sock</c> or <c>unix:@x</c>.</param>
    /// <param name="Port">1 to 65535; 0 for a Unix socket.</param>
    /// <param name="Handler">
    /// The Props of the handlers. Each connection makes one as its child, on the connection's poll loop unless the Props name a dispatcher. Null, the
    /// default: <see cref="HandlerActor"/> is the handler of all connections.
    /// </param>
    /// <param name="HandlerOptions">How the connections serve their handlers. Null: <see cref="ActorTcp.HandlerOptions.Default"/>.</param>
    public sealed record Connect(string Host, int Port, Props? Handler = null, HandlerOptions? HandlerOptions = null) : ITcpMessage
    {
        /// <summary>A name, which is looked up, or an address as text.</summary>
        public string Host { get; init => field = MessageArgument.NotNull(value, nameof(Host)); } = MessageArgument.NotNull(Host);

        /// <summary>Connects to an address.</summary>
        /// <param name="address">The address.</param>
        /// <param name="handler">The Props of the handlers. Null, the default: <see cref="HandlerActor"/> is the handler of all connections.</param>
        /// <param name="handlerOptions">How the connections serve their handlers. Null, the default: <see cref="ActorTcp.HandlerOptions.Default"/>.</param>
        /// <exception cref="ArgumentNullException"><paramref name="address"/> is null.</exception>
        public Connect(SockAddr address, Props? handler = null, HandlerOptions? handlerOptions = null)
            : this(TextOf(address), address.Port, handler, handlerOptions)
        {
        }

        /// <summary>How the connections serve their handlers. Defaults to <see cref="ActorTcp.HandlerOptions.Default"/>.</summary>
        public HandlerOptions HandlerOptions { get; init => field = value ?? HandlerOptions.Default; } = HandlerOptions ?? HandlerOptions.Default;

        /// <summary>
        /// The actor that handles all connections, and receives <see cref="ConnectionProtocol.Connected"/> for each. Null, the default: the Props make the
        /// handlers; without Props, the sender of this message is the handler.
        /// </summary>
        public IActorRef? HandlerActor { get; init; }

        /// <summary>
        /// The maximum time of one connect, including the lookup of the name and the attempts at all addresses. Null, the default, means
        /// <c>actortcp.connector.connect-timeout</c>.
        /// </summary>
        public TimeSpan? Timeout { get; init; }

        /// <summary>
        /// The time after which the next address is tried in parallel, if the attempts so far have not succeeded. Null, the default, means
        /// <c>actortcp.connector.attempt-delay</c>.
        /// </summary>
        public TimeSpan? AttemptDelay { get; init; }

        /// <summary>
        /// The maximum number of bytes that the connector queues while it has no connection. With 0, a Send without a connection fails with ENOTCONN.
        /// Null, the default, means <c>actortcp.connector.queue-bytes</c>.
        /// </summary>
        public long? QueueBytes { get; init; }

        /// <summary>
        /// When the connector connects again after a lost connection or a failed connect. <see cref="ReconnectPolicy.None"/> disables it. Null, the
        /// default, means the policy of <c>actortcp.connector</c>.
        /// </summary>
        public ReconnectPolicy? Reconnect { get; init; }

        /// <summary>
        /// The local address and port of the connections. With port 0 the kernel chooses the port. Only addresses of the same family are tried. The connect
        /// fails with EADDRINUSE if the address is in use, and with EADDRNOTAVAIL if this machine does not have it. A Unix socket is not
        /// possible. Null, the default: the kernel chooses the address and the port.
        /// </summary>
        public SockAddr? LocalAddress { get; init; }

        /// <summary>
        /// Whether the first bytes are sent with the first packet of a connect (<see cref="ConnectorSettings.FastOpen"/>). Null, the default, means
        /// <c>actortcp.connector.fast-open</c>.
        /// </summary>
        public bool? FastOpen { get; init; }

        /// <summary>The settings of its connections. Null, the default, means <c>actortcp.connection</c>.</summary>
        public ConnectionSettings? ConnectionSettings { get; init; }

        /// <summary>
        /// TLS for its connections. <see cref="Connected"/> follows after the handshake, and a handshake that fails counts as a failed connect. Null, the
        /// default: as <see cref="ConnectorSettings.Tls"/> says.
        /// </summary>
        public TlsOptions? Tls { get; init; }

        /// <summary>
        /// The PROXY header that each connection sends before all other bytes, and before TLS. It tells the server the address of the client for which this
        /// connection is opened. Null, the default: no header.
        /// </summary>
        public ProxyHeader? ProxyHeader { get; init; }

        /// <summary>
        /// Whether the sender receives <see cref="Started"/> first. Null, the default: yes, unless the sender is an Ask. An Ask receives only one answer,
        /// which is then <see cref="Connected"/>, <see cref="ConnectFailed"/> or <see cref="Closed"/>.
        /// </summary>
        public bool? NotifyStarted { get; init; }

        /// <summary>The task of <see cref="ActorTcpExtension.ConnectAsync"/>.</summary>
        internal ConnectAwaiter? Awaiter { get; init; }

        /// <summary>The files of the settings, when they are read; null if <see cref="Tls"/> is set or the settings are without TLS.</summary>
        internal ReadTlsFiles? TlsFiles { get; init; }

        private static string TextOf(SockAddr address)
        {
            ArgumentNullException.ThrowIfNull(address);
            return address.IsUnix ? $"unix:{address.UnixPath}" : address.ScopeId == 0 ? address.Addr : $"{address.Addr}%{address.ScopeId}";
        }
    }

    /// <summary>
    /// To a connector: send the queued bytes, close the connection, and stop. The owner receives <see cref="Closed"/>. Without a connection the connector
    /// ends at once, and queued Sends fail.
    /// </summary>
    public sealed record Close : ITcpMessage
    {
        /// <summary>The shared instance. The message has no content.</summary>
        public static readonly Close Instance = new();
    }

    /// <summary>To a connector: reset the connection, and stop. The queued bytes are lost. The owner receives <see cref="Closed"/>.</summary>
    public sealed record Abort : ITcpMessage
    {
        /// <summary>The shared instance. The message has no content.</summary>
        public static readonly Abort Instance = new();
    }

    /// <summary>To a connector: requests a <see cref="ConnectorDescription"/>.</summary>
    public sealed record Describe : ITcpMessage
    {
        /// <summary>The shared instance. The message has no content.</summary>
        public static readonly Describe Instance = new();
    }

    /// <summary>The connector has started. It accepts <see cref="Send"/> from now on.</summary>
    /// <param name="Connector">The connector.</param>
    /// <param name="Host">The host of the <see cref="Connect"/>.</param>
    /// <param name="Port">The port of the <see cref="Connect"/>.</param>
    public sealed record Started(IActorRef Connector, string Host, int Port) : ITcpMessage;

    /// <summary>The connector has a connection. Its handler receives <see cref="ConnectionProtocol.Connected"/>.</summary>
    /// <param name="Connector">The connector.</param>
    /// <param name="Connection">The actor of the connection.</param>
    /// <param name="RemoteAddress">The address of the host to which the first attempt succeeded.</param>
    /// <param name="LocalAddress">This end.</param>
    public sealed record Connected(IActorRef Connector, IActorRef Connection, SockAddr RemoteAddress, SockAddr LocalAddress) : ITcpMessage;

    /// <summary>The connection has ended. The owner receives it once after each <see cref="Connected"/>.</summary>
    /// <param name="Connector">The connector.</param>
    /// <param name="Connection">That connection.</param>
    /// <param name="Reason">The message that its handler receives.</param>
    public sealed record Disconnected(IActorRef Connector, IActorRef Connection, ConnectionProtocol.Closed Reason) : ITcpMessage;

    /// <summary>The connector will try again.</summary>
    /// <param name="Connector">The connector.</param>
    /// <param name="In">The time until the next attempt.</param>
    /// <param name="Attempt">The number of the next attempt since the last success, starting at 1.</param>
    /// <param name="Errno">The error of the connection that was lost, or of the connect that failed; 0 if the peer closed the connection.</param>
    /// <param name="Text">The reason in words, with the addresses that were tried.</param>
    public sealed record Reconnecting(IActorRef Connector, TimeSpan In, int Attempt, Errno Errno, string Text) : ITcpMessage;

    /// <summary>The connector could not connect, and does not try again. It is the last event: the connector stops.</summary>
    /// <param name="Connector">The connector.</param>
    /// <param name="Host">The host of the <see cref="Connect"/>.</param>
    /// <param name="Port">The port of the <see cref="Connect"/>.</param>
    /// <param name="Errno">
    /// The error of the address that failed last. ETIMEDOUT: the time of the connect is over. ENOENT: the name has no address. EAGAIN: the name cannot be
    /// looked up now. EIO: the lookup failed in another way. EINVAL: the <see cref="Connect"/> breaks a rule.
    /// </param>
    /// <param name="Text">The reason in words, with the result of each address.</param>
    /// <param name="Attempts">The addresses that were tried last, in the order in which they failed.</param>
    public sealed record ConnectFailed(IActorRef Connector, string Host, int Port, Errno Errno, string Text, IReadOnlyList<FailedAttempt> Attempts) : ITcpMessage
    {
        /// <summary>The .NET name of <see cref="Errno"/>.</summary>
        public System.Net.Sockets.SocketError SocketError => Errno.ToSocketError();
    }

    /// <summary>The failed attempt of one address.</summary>
    /// <param name="Address">The address.</param>
    /// <param name="Errno">The reason, for example ECONNREFUSED or ENETUNREACH. ETIMEDOUT: the time of the connect is over.</param>
    /// <param name="Text">The reason in words.</param>
    public sealed record FailedAttempt(SockAddr Address, Errno Errno, string Text) : ITcpMessage
    {
        /// <summary>The .NET name of <see cref="Errno"/>.</summary>
        public System.Net.Sockets.SocketError SocketError => Errno.ToSocketError();
    }

    /// <summary>The connector has ended for another reason than a <see cref="ConnectFailed"/>. It is the last event: the connector stops.</summary>
    /// <param name="Connector">The connector.</param>
    /// <param name="Reason">
    /// The reason of its last connection. Without a connection it is Closed, Aborted or HandlerStopped, or ConnectionStopped if another actor stopped the
    /// connector.
    /// </param>
    /// <param name="Errno">The error, if <paramref name="Reason"/> is <see cref="CloseReason.Error"/>; otherwise 0.</param>
    /// <param name="Text">The reason in words.</param>
    public sealed record Closed(IActorRef Connector, CloseReason Reason, Errno Errno, string Text) : ITcpMessage
    {
        /// <summary>The .NET name of <see cref="Errno"/>.</summary>
        public System.Net.Sockets.SocketError SocketError => Errno.ToSocketError();
    }
}
