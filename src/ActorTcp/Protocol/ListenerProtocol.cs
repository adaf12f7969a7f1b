using ActorTcp.Settings;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// The messages to and from the manager and a listener. Commands are imperative, events past tense.
/// </summary>
public static class ListenerProtocol
{
    /// <summary>
    /// To the manager: listen on an address. Answered by <see cref="Bound"/> or <see cref="BindFailed"/>.
    /// </summary>
    /// <param name="Address">The address to listen on; port 0 lets the kernel choose. May be a Unix socket (<see cref="SockAddr.Unix"/>).</param>
    /// <param name="Handler">
    /// How to make the handler actor of each connection. It becomes the connection's child, on the connection's poll
    /// loop unless the Props name a dispatcher, and receives <see cref="ConnectionProtocol.Connected"/> first. Null:
    /// the sender of Bind receives <see cref="ConnectionAccepted"/> and answers it with
    /// <see cref="ConnectionProtocol.Register"/>.
    /// </param>
    /// <param name="HandlerOptions">How the connections serve the handlers that they make. Null: <see cref="ActorTcp.HandlerOptions.Default"/>.</param>
    /// <param name="Backlog">The number of connections that the kernel may hold ready, 1 to 65535; 0 takes <c>actortcp.listener.backlog</c>.</param>
    public sealed record Bind(
        SockAddr Address,
        Props? Handler = null,
        HandlerOptions? HandlerOptions = null,
        int Backlog = 0) : INoSerializationVerificationNeeded
    {
        /// <summary>Listens on all addresses that a host has on this machine, with one listener. <c>localhost</c> is 127.0.0.1 and ::1.</summary>
        /// <param name="host">A name, which is looked up (<see cref="IHostResolver"/>), or an address as text, such as <c>unix:/run/x.sock</c>.</param>
        /// <param name="port">0 to 65535; 0 lets the kernel choose a port that is the same on all addresses. 0 for a Unix socket.</param>
        /// <param name="handler">As <see cref="Handler"/>.</param>
        /// <param name="handlerOptions">As <see cref="HandlerOptions"/>.</param>
        /// <exception cref="ArgumentException">The host is neither a name nor an address, or the port is out of range.</exception>
        public Bind(string host, int port, Props? handler = null, HandlerOptions? handlerOptions = null)
            : this(HostNames.AddressOf(host, port), handler, handlerOptions) => Host = HostNames.NameOrNull(host);

        /// <summary>The name of the host to listen on. Null: <see cref="Address"/> is the address.</summary>
        public string? Host { get; }

        /// <summary>Where to listen. With a <see cref="Host"/>: 0.0.0.0 with the port.</summary>
        public SockAddr Address { get; init => field = MessageArgument.NotNull(value, nameof(Address)); } = MessageArgument.NotNull(Address);

        /// <summary>How the connections serve the handlers that they make. Defaults to <see cref="ActorTcp.HandlerOptions.Default"/>.</summary>
        public HandlerOptions HandlerOptions { get; init => field = value ?? HandlerOptions.Default; } = HandlerOptions ?? HandlerOptions.Default;

        /// <summary>The addresses of <see cref="Host"/>, when they are looked up.</summary>
        internal IReadOnlyList<SockAddr>? Resolved { get; init; }

        /// <summary>The addresses to listen on; none: the host must be looked up.</summary>
        internal IReadOnlyList<SockAddr> Addresses => Host is null ? [Address] : Resolved ?? HostNames.Known(Host, Address.Port) ?? [];

        /// <summary>The address, or host and port, for texts.</summary>
        internal string Where => Host is null ? $"{Address}" : $"{Host}:{Address.Port}";

        /// <summary>How this listener is set up; null: as <c>actortcp.listener</c> says.</summary>
        public ListenerSettings? Settings { get; init; }

        /// <summary>How its connections are set up; null: as <c>actortcp.connection</c> says.</summary>
        public ConnectionSettings? ConnectionSettings { get; init; }

        /// <summary>TLS for its connections, whose handler receives <see cref="ConnectionProtocol.Connected"/> after the handshake. Null, the default: without TLS.</summary>
        public TlsOptions? Tls { get; init; }

        /// <summary><inheritdoc cref="ListenerSettings.Device"/> Null: as <see cref="Settings"/> say.</summary>
        public string? Device { get; init; }

        /// <summary><inheritdoc cref="ListenerSettings.IPv6Only"/> False: it serves both. Null: as <see cref="Settings"/> say.</summary>
        public bool? IPv6Only { get; init; }

        /// <summary><inheritdoc cref="ListenerSettings.ReuseAddress"/> Null: as <see cref="Settings"/> say.</summary>
        public bool? ReuseAddress { get; init; }

        /// <summary><inheritdoc cref="ListenerSettings.UnixMode"/> Null: as <see cref="Settings"/> say.</summary>
        public UnixFileMode? UnixMode { get; init; }

        /// <summary><inheritdoc cref="ListenerSettings.RecvBufferSize"/> Null: as <see cref="Settings"/> say.</summary>
        public long? RecvBufferSize { get; init; }

        /// <summary><inheritdoc cref="ListenerSettings.SendBufferSize"/> Null: as <see cref="Settings"/> say.</summary>
        public long? SendBufferSize { get; init; }
    }

    /// <summary>
    /// To a listener: accept the clients in the kernel's backlog and close the server socket; the connections stay. Answered by
    /// <see cref="Unbound"/>.
    /// </summary>
    public sealed record Unbind : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly Unbind Instance = new();
    }

    /// <summary>
    /// To a listener: as <see cref="Unbind"/>, then let the connections finish until the deadline, close those that are left, and abort them after
    /// <see cref="ActorTcpSettings.StopFlushTimeout"/>. Each one is answered by <see cref="Drained"/>; of several the earliest deadline counts.
    /// </summary>
    /// <param name="Deadline">How long the connections may take to end by themselves.</param>
    public sealed record Drain(TimeSpan Deadline) : INoSerializationVerificationNeeded;

    /// <summary>To a listener: accept no more until <see cref="ResumeAccepting"/>. Clients wait in the kernel's backlog.</summary>
    public sealed record PauseAccepting : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly PauseAccepting Instance = new();
    }

    /// <summary>To a listener: ends <see cref="PauseAccepting"/>.</summary>
    public sealed record ResumeAccepting : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly ResumeAccepting Instance = new();
    }

    /// <summary>
    /// To a listener: also listen on this number of ports after the port of its address (<see cref="Tcp.MPorts"/>), all or none (EOPNOTSUPP for a Unix socket);
    /// a smaller number than before closes some, 0 closes all of them. Answered by <see cref="PortsSet"/> or <see cref="CommandFailed"/>.
    /// </summary>
    /// <param name="Count">The number of ports, 0 to 4096.</param>
    public sealed record SetPorts(int Count) : INoSerializationVerificationNeeded;

    /// <summary>
    /// To a listener: use other TLS options for new connections, such as those with a new certificate. Open connections keep theirs. Answered by
    /// <see cref="TlsSet"/> or <see cref="CommandFailed"/>.
    /// </summary>
    /// <param name="Options">The options of a server; null: new connections have no TLS.</param>
    public sealed record SetTls(TlsOptions? Options) : INoSerializationVerificationNeeded;

    /// <summary>New connections have these options.</summary>
    /// <param name="Options">The options of <see cref="SetTls"/>.</param>
    public sealed record TlsSet(TlsOptions? Options) : INoSerializationVerificationNeeded;

    /// <summary>To a listener: change the limits from now on; connections that are there stay. Answered by <see cref="LimitsSet"/> or <see cref="CommandFailed"/>.</summary>
    /// <param name="Limits">All of them.</param>
    public sealed record SetLimits(ListenerLimits Limits) : INoSerializationVerificationNeeded
    {
        /// <summary>All limits.</summary>
        public ListenerLimits Limits { get; init => field = MessageArgument.NotNull(value, nameof(Limits)); } = MessageArgument.NotNull(Limits);
    }

    /// <summary>
    /// To a listener: set an option of its server socket, on each of its ports. Connections that are accepted later inherit what Linux lets
    /// them inherit: all of them but <see cref="SocketOption.ReuseAddr"/> and <see cref="SocketOption.IPv6Only"/>, which mean nothing to a
    /// connection. Answered by <see cref="OptionSet"/> or <see cref="CommandFailed"/>.
    /// </summary>
    /// <param name="Option">The option with its value.</param>
    public sealed record SetOption(SocketOption Option) : INoSerializationVerificationNeeded
    {
        /// <summary>The option with its value.</summary>
        public SocketOption Option { get; init => field = MessageArgument.NotNull(value, nameof(Option)); } = MessageArgument.NotNull(Option);
    }

    /// <summary>
    /// To a listener: read a value of its server socket; with several ports, of that of its address. Answered by <see cref="OptionValue"/> or
    /// <see cref="CommandFailed"/>.
    /// </summary>
    /// <param name="Value">The value to read. <see cref="SocketValue.PeerName"/> fails with ENOTCONN.</param>
    public sealed record GetOption(SocketValue Value) : INoSerializationVerificationNeeded
    {
        /// <summary>The value to read.</summary>
        public SocketValue Value { get; init => field = MessageArgument.Defined(value, nameof(Value)); } = MessageArgument.Defined(Value);
    }

    /// <summary>To a listener: answered by a <see cref="ListenerDescription"/>.</summary>
    public sealed record Describe : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly Describe Instance = new();
    }

    /// <summary>The listener listens. Sent by the listener itself.</summary>
    /// <param name="LocalAddress">The address, with the port that the kernel chose.</param>
    /// <param name="Listener">The listener.</param>
    public sealed record Bound(SockAddr LocalAddress, IActorRef Listener) : INoSerializationVerificationNeeded
    {
        /// <summary>All addresses that it listens on: several if a host has several. The first is <see cref="LocalAddress"/>.</summary>
        public IReadOnlyList<SockAddr> LocalAddresses { get; init; } = [LocalAddress];

        /// <summary>The addresses and the listener.</summary>
        public override string ToString() => $"Bound({string.Join(", ", LocalAddresses)}, {Listener.Path.Name})";
    }

    /// <summary>It could not listen.</summary>
    /// <param name="Address">The address that was asked for; of a host name: 0.0.0.0 with the port.</param>
    /// <param name="Errno">
    /// Why: EADDRINUSE, EADDRNOTAVAIL, EACCES, ENODEV, EINVAL for a backlog or a setting out of range, ESHUTDOWN while the actor system stops ...
    /// For a host name also ENOENT (it has no address), EAGAIN, EIO or ETIMEDOUT (it cannot be looked up now).
    /// </param>
    /// <param name="Text">The same in words, with the address.</param>
    public sealed record BindFailed(SockAddr Address, Errno Errno, string Text) : INoSerializationVerificationNeeded
    {
        /// <summary><see cref="Errno"/> as .NET's sockets name it.</summary>
        public System.Net.Sockets.SocketError SocketError => Errno.ToSocketError();
    }

    /// <summary>The server socket is closed.</summary>
    /// <param name="LocalAddress">The address that it listened on.</param>
    public sealed record Unbound(SockAddr LocalAddress) : INoSerializationVerificationNeeded;

    /// <summary>Answers <see cref="SetPorts"/>.</summary>
    /// <param name="Count">The number of ports after the first.</param>
    public sealed record PortsSet(int Count) : INoSerializationVerificationNeeded;

    /// <summary>Answers <see cref="SetLimits"/>.</summary>
    /// <param name="Limits">The limits in force.</param>
    public sealed record LimitsSet(ListenerLimits Limits) : INoSerializationVerificationNeeded;

    /// <summary>Answers <see cref="SetOption"/>.</summary>
    /// <param name="Option">The option.</param>
    public sealed record OptionSet(SocketOption Option) : INoSerializationVerificationNeeded;

    /// <summary>Answers <see cref="GetOption"/>.</summary>
    /// <param name="Reading">The value.</param>
    public sealed record OptionValue(SocketReading Reading) : INoSerializationVerificationNeeded;

    /// <summary>A command could not be carried out; nothing has changed.</summary>
    /// <param name="Command">The command.</param>
    /// <param name="Errno">Why: EADDRINUSE, EINVAL, EBADF on a listener that is unbound ...</param>
    /// <param name="Text">The same in words.</param>
    public sealed record CommandFailed(object Command, Errno Errno, string Text) : INoSerializationVerificationNeeded;

    /// <summary>
    /// Published on the system's event stream when the number of a listener's connections reaches the limit; once until it is below
    /// the limit again.
    /// </summary>
    /// <param name="Listener">The listener.</param>
    /// <param name="Limits">The limits in force.</param>
    public sealed record LimitReached(IActorRef Listener, ListenerLimits Limits) : INoSerializationVerificationNeeded;

    /// <summary>All connections have ended and the listener stops.</summary>
    /// <param name="Finished">The number of connections that ended by themselves.</param>
    /// <param name="Closed">The number of connections that were closed at the deadline.</param>
    /// <param name="Aborted">The number of connections that were aborted after the time to flush.</param>
    public sealed record Drained(int Finished, int Closed, int Aborted) : INoSerializationVerificationNeeded;

    /// <summary>Published on the system's event stream when a connection has ended.</summary>
    /// <param name="Connection">Its actor, which stops.</param>
    /// <param name="RemoteAddress">The peer.</param>
    /// <param name="Closed">The message that its handler receives.</param>
    public sealed record ConnectionClosed(IActorRef Connection, SockAddr RemoteAddress, ConnectionProtocol.Closed Closed) : INoSerializationVerificationNeeded;

    /// <summary>To the sender of a Bind without a handler: a connection waits for Register. Nothing is read from it before.</summary>
    /// <param name="Connection">Its actor.</param>
    /// <param name="RemoteAddress">The peer.</param>
    /// <param name="LocalAddress">The address that the peer connected to.</param>
    public sealed record ConnectionAccepted(IActorRef Connection, SockAddr RemoteAddress, SockAddr LocalAddress) : INoSerializationVerificationNeeded;
}
