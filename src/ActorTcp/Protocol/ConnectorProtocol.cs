using ActorTcp.Settings;
using ActorTcp.Protocol;
using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// The messages to and from the manager and a connector. Commands are imperative, events past tense.
/// Events go to the owner, the sender of <see cref="Connect"/>. A connector closes when its owner stops.
/// </summary>
public static class ConnectorProtocol
{
    /// <summary>
    /// To the manager: connect to a host, and stay connected if the policy says so. The owner receives <see cref="Started"/> first,
    /// and <see cref="ConnectFailed"/> or <see cref="Closed"/> last. An Ask gets one answer: <see cref="Connected"/>, or the last event.
    /// </summary>
    /// <param name="Host">A name, which is looked up, or an address as text. A Unix socket is <c>unix:/run/x.sock</c> or <c>unix:@x</c>.</param>
    /// <param name="Port">1 to 65535; 0 for a Unix socket.</param>
    /// <param name="Handler">
    /// How to make the handler actor of each connection, one for each: as in <see cref="ListenerProtocol.Bind"/>. Null:
    /// <see cref="HandlerActor"/> is the handler of all of them.
    /// </param>
    /// <param name="HandlerOptions">How the connections serve their handlers. Null: <see cref="ActorTcp.HandlerOptions.Default"/>.</param>
    public sealed record Connect(string Host, int Port, Props? Handler = null, HandlerOptions? HandlerOptions = null) : INoSerializationVerificationNeeded
    {
        /// <summary>A name, which is looked up, or an address as text.</summary>
        public string Host { get; init => field = MessageArgument.NotNull(value, nameof(Host)); } = MessageArgument.NotNull(Host);

        /// <summary>Connects to an address.</summary>
        /// <param name="address">The address.</param>
        /// <param name="handler">As <see cref="Handler"/>.</param>
        /// <param name="handlerOptions">As <see cref="HandlerOptions"/>.</param>
        /// <exception cref="ArgumentNullException"><paramref name="address"/> is null.</exception>
        public Connect(SockAddr address, Props? handler = null, HandlerOptions? handlerOptions = null)
            : this(TextOf(address), address.Port, handler, handlerOptions)
        {
        }

        /// <summary>How the connections serve their handlers. Defaults to <see cref="ActorTcp.HandlerOptions.Default"/>.</summary>
        public HandlerOptions HandlerOptions { get; init => field = value ?? HandlerOptions.Default; } = HandlerOptions ?? HandlerOptions.Default;

        /// <summary>The actor that handles each connection and receives Connected for each. Null, without Props: the sender of this message.</summary>
        public IActorRef? HandlerActor { get; init; }

        /// <summary>How long one connect may take, the lookup and all addresses included. Null: <c>actortcp.connector.connect-timeout</c>.</summary>
        public TimeSpan? Timeout { get; init; }

        /// <summary>The time after which the next address is tried, while the attempt of the one before goes on. Null: <c>actortcp.connector.attempt-delay</c>.</summary>
        public TimeSpan? AttemptDelay { get; init; }

        /// <summary>The number of bytes of Sends that are queued while there is no connection; 0: Sends are refused. Null: <c>actortcp.connector.queue-bytes</c>.</summary>
        public long? QueueBytes { get; init; }

        /// <summary>Whether, and when, it tries again. Null: as <c>actortcp.connector</c> says.</summary>
        public ReconnectPolicy? Reconnect { get; init; }

        /// <summary>
        /// The local address and port of its connections; port 0 lets the kernel choose. Only addresses of the same family are tried. A
        /// local address that is taken or not of this machine fails with EADDRINUSE or EADDRNOTAVAIL. A Unix socket is not possible. Null: the kernel
        /// chooses both.
        /// </summary>
        public SockAddr? LocalAddress { get; init; }

        /// <summary>
        /// TLS for its connections. <see cref="Connected"/> follows after the handshake, and a handshake that fails counts as a failed connect. Null, the
        /// default: without TLS.
        /// </summary>
        public TlsOptions? Tls { get; init; }

        /// <summary>
        /// Whether the sender receives <see cref="Started"/> first. Null: yes, unless the sender is an Ask. An Ask takes one answer, and that is
        /// then <see cref="Connected"/>, <see cref="ConnectFailed"/> or <see cref="Closed"/>.
        /// </summary>
        public bool? NotifyStarted { get; init; }

        /// <summary>The task of <see cref="ActorTcpExtension.ConnectAsync"/>.</summary>
        internal ConnectAwaiter? Awaiter { get; init; }

        private static string TextOf(SockAddr address)
        {
            ArgumentNullException.ThrowIfNull(address);
            return address.IsUnix ? $"unix:{address.UnixPath}" : address.ScopeId == 0 ? address.Addr : $"{address.Addr}%{address.ScopeId}";
        }
    }

    /// <summary>To a connector: the queued bytes are sent, then the connection is closed, and the owner receives <see cref="Closed"/>. Without a connection it ends at once, and queued Sends are refused.</summary>
    public sealed record Close : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly Close Instance = new();
    }

    /// <summary>To a connector: as <see cref="Close"/>, but the connection is reset and the queued bytes are lost.</summary>
    public sealed record Abort : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly Abort Instance = new();
    }

    /// <summary>To a connector: answered by a <see cref="ConnectorDescription"/>.</summary>
    public sealed record Describe : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly Describe Instance = new();
    }

    /// <summary>The connector has started. It accepts <see cref="Send"/> from now on.</summary>
    /// <param name="Connector">The connector.</param>
    /// <param name="Host">As in <see cref="Connect"/>.</param>
    /// <param name="Port">As in <see cref="Connect"/>.</param>
    public sealed record Started(IActorRef Connector, string Host, int Port) : INoSerializationVerificationNeeded;

    /// <summary>The connector has a connection. Its handler receives <see cref="ConnectionProtocol.Connected"/>.</summary>
    /// <param name="Connector">The connector.</param>
    /// <param name="Connection">The actor of the connection.</param>
    /// <param name="RemoteAddress">The peer: the address that was reached first.</param>
    /// <param name="LocalAddress">This end.</param>
    public sealed record Connected(IActorRef Connector, IActorRef Connection, SockAddr RemoteAddress, SockAddr LocalAddress) : INoSerializationVerificationNeeded;

    /// <summary>The connection has ended: sent once after each <see cref="Connected"/>.</summary>
    /// <param name="Connector">The connector.</param>
    /// <param name="Connection">That connection.</param>
    /// <param name="Reason">The message that its handler receives.</param>
    public sealed record Disconnected(IActorRef Connector, IActorRef Connection, ConnectionProtocol.Closed Reason) : INoSerializationVerificationNeeded;

    /// <summary>The connector will try again.</summary>
    /// <param name="Connector">The connector.</param>
    /// <param name="In">The time until the next attempt.</param>
    /// <param name="Attempt">The number of the next attempt since the last success, starting at 1.</param>
    /// <param name="Errno">The error of the connection that was lost, or of the connect that failed; 0 if the peer closed the connection.</param>
    /// <param name="Text">The same in words, with the addresses that were tried.</param>
    public sealed record Reconnecting(IActorRef Connector, TimeSpan In, int Attempt, Errno Errno, string Text) : INoSerializationVerificationNeeded;

    /// <summary>It could not connect, and does not try again. The last event; the connector stops.</summary>
    /// <param name="Connector">The connector.</param>
    /// <param name="Host">As in <see cref="Connect"/>.</param>
    /// <param name="Port">As in <see cref="Connect"/>.</param>
    /// <param name="Errno">
    /// The error of the address that failed last; ETIMEDOUT when the time was over; ENOENT if the name has no address, EAGAIN if it
    /// cannot be looked up now, EIO if the lookup failed otherwise; EINVAL for a <see cref="Connect"/> that breaks a rule.
    /// </param>
    /// <param name="Text">The same in words, with the result of each address.</param>
    /// <param name="Attempts">The addresses that were tried last, in the order in which they failed.</param>
    public sealed record ConnectFailed(IActorRef Connector, string Host, int Port, Errno Errno, string Text, IReadOnlyList<FailedAttempt> Attempts) : INoSerializationVerificationNeeded
    {
        /// <summary><see cref="Errno"/> as .NET's sockets name it.</summary>
        public System.Net.Sockets.SocketError SocketError => Errno.ToSocketError();
    }

    /// <summary>The failed attempt of one address.</summary>
    /// <param name="Address">The address.</param>
    /// <param name="Errno">Why it could not be reached: ECONNREFUSED, ENETUNREACH, ETIMEDOUT if the time was over first ...</param>
    /// <param name="Text">The same in words.</param>
    public sealed record FailedAttempt(SockAddr Address, Errno Errno, string Text) : INoSerializationVerificationNeeded
    {
        /// <summary><see cref="Errno"/> as .NET's sockets name it.</summary>
        public System.Net.Sockets.SocketError SocketError => Errno.ToSocketError();
    }

    /// <summary>The connector has ended otherwise than by <see cref="ConnectFailed"/>. The last event; the connector stops.</summary>
    /// <param name="Connector">The connector.</param>
    /// <param name="Reason">The reason of its last connection. Without one: Closed, Aborted, HandlerStopped, or ConnectionStopped if it was stopped from outside.</param>
    /// <param name="Errno">The error, if <paramref name="Reason"/> is <see cref="CloseReason.Error"/>; else 0.</param>
    /// <param name="Text">The same in words.</param>
    public sealed record Closed(IActorRef Connector, CloseReason Reason, Errno Errno, string Text) : INoSerializationVerificationNeeded
    {
        /// <summary><see cref="Errno"/> as .NET's sockets name it.</summary>
        public System.Net.Sockets.SocketError SocketError => Errno.ToSocketError();
    }
}
