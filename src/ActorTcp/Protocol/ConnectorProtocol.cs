using ActorTcp.Settings;
using ActorTcp.Framing;
using ActorTcp.Protocol;
using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// What the manager and a connector are told, and what they tell. Commands are imperative, events past tense.
/// Events go to the owner, the sender of <see cref="Connect"/>. A connector closes when its owner stops.
/// </summary>
public static class ConnectorProtocol
{
    /// <summary>
    /// To the manager: connect to a host, and stay connected where the policy says so. The owner is told <see cref="Started"/> first,
    /// and <see cref="ConnectFailed"/> or <see cref="Closed"/> last. An Ask gets one answer: <see cref="Connected"/>, or the last event.
    /// </summary>
    /// <param name="Host">A name, which is looked up, or an address as text.</param>
    /// <param name="Port">1 to 65535.</param>
    /// <param name="Handler">
    /// How to make the handler actor of each connection, one for each: as in <see cref="ListenerProtocol.Bind"/>. Null:
    /// <see cref="HandlerActor"/> is the handler of all of them.
    /// </param>
    public sealed record Connect(string Host, int Port, Props? Handler = null) : INoSerializationVerificationNeeded
    {
        /// <summary>A name, which is looked up, or an address as text.</summary>
        public string Host { get; init => field = MessageArgument.NotNull(value, nameof(Host)); } = MessageArgument.NotNull(Host);

        /// <summary>Connects to an address.</summary>
        /// <param name="address">The address.</param>
        /// <param name="handler">As in <see cref="Connect(string, int, Props?)"/>.</param>
        /// <exception cref="ArgumentNullException">No address.</exception>
        public Connect(SockAddr address, Props? handler = null)
            : this(TextOf(address), address.Port, handler)
        {
        }

        /// <summary>The actor that handles each connection, told Connected anew for each. Null, where there are no Props: whoever sent this.</summary>
        public IActorRef? HandlerActor { get; init; }

        /// <summary>As in <see cref="ConnectionProtocol.Register"/>.</summary>
        public bool KeepOpenOnPeerEof { get; init; }

        /// <summary>As in <see cref="ConnectionProtocol.Register"/>.</summary>
        public bool Pull { get; init; }

        /// <summary>As in <see cref="ConnectionProtocol.Register"/>.</summary>
        public IFraming? Framing { get; init; }

        /// <summary>What is done when a handler that was made fails; null: restart, up to ten times a minute.</summary>
        public SupervisorStrategy? Supervision { get; init; }

        /// <summary>How long one connect may take, the lookup and all addresses included. Null: <c>actortcp.connector.connect-timeout</c>.</summary>
        public TimeSpan? Timeout { get; init; }

        /// <summary>How long one address is given before the next is tried beside it. Null: <c>actortcp.connector.attempt-delay</c>.</summary>
        public TimeSpan? AttemptDelay { get; init; }

        /// <summary>How many bytes of Sends may wait while there is no connection; 0: they are refused. Null: <c>actortcp.connector.queue-bytes</c>.</summary>
        public long? QueueBytes { get; init; }

        /// <summary>Whether, and when, it is tried again. Null: what <c>actortcp.connector</c> says.</summary>
        public ReconnectPolicy? Reconnect { get; init; }

        /// <summary>
        /// The local address and port of its connections; port 0 lets the kernel choose. Only addresses of the same family are tried. A
        /// local address that is taken or not of this machine fails with EADDRINUSE or EADDRNOTAVAIL. Null: the kernel chooses both.
        /// </summary>
        public SockAddr? LocalAddress { get; init; }

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
            return address.ScopeId == 0 ? address.Addr : $"{address.Addr}%{address.ScopeId}";
        }
    }

    /// <summary>To a connector: what was sent before goes out, then the connection is closed, and <see cref="Closed"/> is told. Without a connection at once: what waits for one is refused.</summary>
    public sealed record Close : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly Close Instance = new();
    }

    /// <summary>To a connector: as <see cref="Close"/>, but the connection is reset and what was not sent is lost.</summary>
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

    /// <summary>The connector is there, and begins. It takes <see cref="Send"/> from now on.</summary>
    /// <param name="Connector">The connector.</param>
    /// <param name="Host">As in <see cref="Connect"/>.</param>
    /// <param name="Port">As in <see cref="Connect"/>.</param>
    public sealed record Started(IActorRef Connector, string Host, int Port) : INoSerializationVerificationNeeded;

    /// <summary>There is a connection; its handler is told <see cref="ConnectionProtocol.Connected"/>.</summary>
    /// <param name="Connector">The connector.</param>
    /// <param name="Connection">The connection, an actor as those of a listener.</param>
    /// <param name="RemoteAddress">The peer: the address that was reached first.</param>
    /// <param name="LocalAddress">This end.</param>
    public sealed record Connected(IActorRef Connector, IActorRef Connection, SockAddr RemoteAddress, SockAddr LocalAddress) : INoSerializationVerificationNeeded;

    /// <summary>The connection has ended: once behind each <see cref="Connected"/>.</summary>
    /// <param name="Connector">The connector.</param>
    /// <param name="Connection">That connection.</param>
    /// <param name="Reason">What its handler is told.</param>
    public sealed record Disconnected(IActorRef Connector, IActorRef Connection, ConnectionProtocol.Closed Reason) : INoSerializationVerificationNeeded;

    /// <summary>It will be tried again.</summary>
    /// <param name="Connector">The connector.</param>
    /// <param name="In">After how long.</param>
    /// <param name="Attempt">The how manieth try in a row it will be, from 1.</param>
    /// <param name="Errno">Why there is none: the connection's error, 0 where the peer closed it, or that of the connect that failed.</param>
    /// <param name="Text">The same in words, with the addresses that were tried.</param>
    public sealed record Reconnecting(IActorRef Connector, TimeSpan In, int Attempt, Errno Errno, string Text) : INoSerializationVerificationNeeded;

    /// <summary>It could not connect, and does not try again. The last event; the connector stops.</summary>
    /// <param name="Connector">The connector.</param>
    /// <param name="Host">As in <see cref="Connect"/>.</param>
    /// <param name="Port">As in <see cref="Connect"/>.</param>
    /// <param name="Errno">
    /// That of the address that failed last; ETIMEDOUT when the time ran out; ENOENT for a name that has no address, EAGAIN where that
    /// cannot be found out now, EIO where the lookup failed otherwise; EINVAL for a <see cref="Connect"/> that breaks a rule.
    /// </param>
    /// <param name="Text">The same in words, with what became of each address.</param>
    /// <param name="Attempts">The addresses that were tried last, in the order in which they failed.</param>
    public sealed record ConnectFailed(IActorRef Connector, string Host, int Port, Errno Errno, string Text, IReadOnlyList<FailedAttempt> Attempts) : INoSerializationVerificationNeeded;

    /// <summary>What became of one address.</summary>
    /// <param name="Address">The address.</param>
    /// <param name="Errno">Why it could not be reached: ECONNREFUSED, ENETUNREACH, ETIMEDOUT where the time ran out first ...</param>
    /// <param name="Text">The same in words.</param>
    public sealed record FailedAttempt(SockAddr Address, Errno Errno, string Text) : INoSerializationVerificationNeeded;

    /// <summary>The connector has ended otherwise than by <see cref="ConnectFailed"/>. The last event; the connector stops.</summary>
    /// <param name="Connector">The connector.</param>
    /// <param name="Reason">That of its last connection; where there was none: Closed, Aborted, HandlerStopped, or ConnectionStopped where it was stopped from outside.</param>
    /// <param name="Errno">The error, where <paramref name="Reason"/> is <see cref="CloseReason.Error"/>; else 0.</param>
    /// <param name="Text">The same in words.</param>
    public sealed record Closed(IActorRef Connector, CloseReason Reason, Errno Errno, string Text) : INoSerializationVerificationNeeded;
}
