using ActorTcp.Settings;
using ActorTcp.Sockets;
using ActorTcp.Transport;
using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// The messages to and from the manager and a listener. Commands have imperative names, and events have names in the past tense.
/// </summary>
public static class ListenerProtocol
{
    /// <summary>
    /// To the manager: listen on an address. Answered by <see cref="Bound"/> or <see cref="BindFailed"/>.
    /// </summary>
    /// <param name="Address">The address to listen on. With port 0 the kernel chooses a port. A Unix socket is possible (<see cref="SockAddr.Unix"/>).</param>
    /// <param name="Handler">
    /// The Props of the handlers. Each connection makes one as its child, on the connection's poll loop unless the Props name a dispatcher. The handler
    /// receives <see cref="ConnectionProtocol.Connected"/> first. Null, the default: the sender of Bind receives <see cref="ConnectionAccepted"/> for each
    /// connection, and answers it with <see cref="ConnectionProtocol.Register"/>.
    /// </param>
    /// <param name="HandlerOptions">How the connections serve the handlers that they make. Null: <see cref="ActorTcp.HandlerOptions.Default"/>.</param>
    /// <param name="Backlog">
    /// The maximum number of connections in the kernel's backlog, which the listener has not accepted yet: 1 to 65535. 0, the default, means
    /// <c>actortcp.listener.backlog</c>.
    /// </param>
    public sealed record Bind(
        SockAddr Address,
        Props? Handler = null,
        HandlerOptions? HandlerOptions = null,
        int Backlog = 0) : ITcpMessage
    {
        /// <summary>Listens on all addresses that a host has on this machine, with one listener. <c>localhost</c> is 127.0.0.1 and ::1.</summary>
        /// <param name="host">A name, which is looked up (<see cref="IHostResolver"/>), or an address as text, such as <c>unix:/run/x.sock</c>.</param>
        /// <param name="port">The port: 0 to 65535. With 0 the kernel chooses a port, the same on all addresses. A Unix socket has port 0.</param>
        /// <param name="handler">
        /// The Props of the handlers. Null, the default: the sender receives <see cref="ConnectionAccepted"/> for each connection.
        /// </param>
        /// <param name="handlerOptions">How the connections serve their handlers. Null, the default: <see cref="ActorTcp.HandlerOptions.Default"/>.</param>
        /// <exception cref="ArgumentException">The host is neither a name nor an address, or the port is out of range.</exception>
        public Bind(string host, int port, Props? handler = null, HandlerOptions? handlerOptions = null)
            : this(HostNames.AddressOf(host, port), handler, handlerOptions) => Host = HostNames.NameOrNull(host);

        /// <summary>
        /// Listens on the sockets that the process has inherited under a name from its service manager, with one listener (docs/systemd.md).
        /// </summary>
        /// <remarks>
        /// <para>The sockets are TCP or Unix stream sockets that listen already. The service manager has set their addresses, backlog and other options. So
        /// <see cref="Backlog"/>, <see cref="Device"/>, <see cref="IPv6Only"/>, <see cref="ReuseAddress"/>, <see cref="UnixMode"/>,
        /// <see cref="RecvBufferSize"/> and <see cref="SendBufferSize"/> must not be set. Those of <see cref="Settings"/> have no effect.</para>
        /// <para>Only one listener can have the sockets of a name (<see cref="InheritedSockets"/>). If the Bind fails, another one may try again. When the
        /// listener unbinds, drains or stops, it closes the descriptors of this process. It leaves the clients in the backlog to the next process
        /// that has the sockets, and never removes the file of a Unix socket.</para>
        /// </remarks>
        /// <param name="name">The name of the sockets: one of <see cref="InheritedSockets.Names"/>.</param>
        /// <param name="handler">
        /// The Props of the handlers. Null, the default: the sender receives <see cref="ConnectionAccepted"/> for each connection.
        /// </param>
        /// <param name="handlerOptions">How the connections serve their handlers. Null, the default: <see cref="ActorTcp.HandlerOptions.Default"/>.</param>
        /// <exception cref="ArgumentException">The name is null or empty.</exception>
        public static Bind Inherited(string name, Props? handler = null, HandlerOptions? handlerOptions = null)
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            return new Bind(Tcp.SockAddr(Tcp.INADDR_ANY, 0)!, handler, handlerOptions) { InheritedName = name };
        }

        /// <summary>The name of the inherited sockets to listen on (<see cref="Inherited"/>). Null: the listener opens its own.</summary>
        public string? InheritedName { get; private init; }

        /// <summary>The name of the host to listen on. Null: <see cref="Address"/> is the address.</summary>
        public string? Host { get; }

        /// <summary>The address to listen on. With a <see cref="Host"/> it is 0.0.0.0 with the port. With an <see cref="InheritedName"/> it is 0.0.0.0:0.</summary>
        public SockAddr Address { get; init => field = MessageArgument.NotNull(value, nameof(Address)); } = MessageArgument.NotNull(Address);

        /// <summary>How the connections serve the handlers that they make. Defaults to <see cref="ActorTcp.HandlerOptions.Default"/>.</summary>
        public HandlerOptions HandlerOptions { get; init => field = value ?? HandlerOptions.Default; } = HandlerOptions ?? HandlerOptions.Default;

        /// <summary>The addresses of <see cref="Host"/>, when they are looked up.</summary>
        internal IReadOnlyList<SockAddr>? Resolved { get; init; }

        /// <summary>The files of the settings, when they are read; null if <see cref="Tls"/> is set or the settings have no files.</summary>
        internal ReadTlsFiles? TlsFiles { get; init; }

        /// <summary>The addresses to listen on; empty if the host must be looked up.</summary>
        internal IReadOnlyList<SockAddr> Addresses => Host is null ? [Address] : Resolved ?? HostNames.Known(Host, Address.Port) ?? [];

        /// <summary>The address, or host and port, for texts.</summary>
        internal string Where => InheritedName is not null ? $"the inherited sockets '{InheritedName}'" : Host is null ? $"{Address}" : $"{Host}:{Address.Port}";

        /// <summary>The sockets that the process has inherited; null: those of its environment. For tests.</summary>
        internal InheritedSockets? InheritedFrom { get; init; }

        /// <summary>The settings of this listener. Null, the default, means <c>actortcp.listener</c>.</summary>
        public ListenerSettings? Settings { get; init; }

        /// <summary>The settings of its connections. Null, the default, means <c>actortcp.connection</c>.</summary>
        public ConnectionSettings? ConnectionSettings { get; init; }

        /// <summary>TLS for its connections, whose handler receives <see cref="ConnectionProtocol.Connected"/> after the handshake. Null, the default: as <see cref="ListenerSettings.Tls"/> says.</summary>
        public TlsOptions? Tls { get; init; }

        /// <summary>
        /// The network interface on which the listener listens, and which its connections use (SO_BINDTODEVICE, socket(7)). Null, the default, means the
        /// value of <see cref="Settings"/>.
        /// </summary>
        public string? Device { get; init; }

        /// <summary>
        /// Whether a listener on an IPv6 address refuses IPv4 (IPV6_V6ONLY, ipv6(7)). With false it serves both. Null, the default, means the value of
        /// <see cref="Settings"/>. It has no effect on an IPv4 address.
        /// </summary>
        public bool? IPv6Only { get; init; }

        /// <summary>
        /// Whether an address can be bound while earlier connections of it are in TIME_WAIT (SO_REUSEADDR, socket(7)). Null, the default, means the value
        /// of <see cref="Settings"/>.
        /// </summary>
        public bool? ReuseAddress { get; init; }

        /// <summary>Whether PROXY headers are read, and from whom. Null, the default, means the value of <see cref="Settings"/>.</summary>
        public ProxyProtocolOptions? ProxyProtocol { get; init; }

        /// <summary>
        /// The permissions of the file of a Unix socket. Null, the default, means the value of <see cref="Settings"/>.
        /// </summary>
        public UnixFileMode? UnixMode { get; init; }

        /// <summary>
        /// The kernel's receive buffer of each accepted connection (SO_RCVBUF, socket(7)): 1024 bytes to 16 MiB, or 0 if the kernel chooses and tunes the
        /// size. Null, the default, means the value of <see cref="Settings"/>.
        /// </summary>
        public long? RecvBufferSize { get; init; }

        /// <summary>
        /// The kernel's send buffer of each accepted connection (SO_SNDBUF, socket(7)): 1024 bytes to 16 MiB, or 0 if the kernel chooses and tunes the
        /// size. Null, the default, means the value of <see cref="Settings"/>.
        /// </summary>
        public long? SendBufferSize { get; init; }
    }

    /// <summary>
    /// To a listener: accept the clients in the kernel's backlog, and close the server socket. The connections stay open. Answered by
    /// <see cref="Unbound"/>. The listener stops after its last connection.
    /// </summary>
    public sealed record Unbind : ITcpMessage
    {
        /// <summary>The shared instance. The message has no content.</summary>
        public static readonly Unbind Instance = new();
    }

    /// <summary>
    /// To a listener: accept the clients in the kernel's backlog, close the server socket, and let the connections finish until the deadline. Those that are
    /// left are closed, and aborted after <see cref="ActorTcpSettings.StopFlushTimeout"/>. Answered by <see cref="Drained"/>. If a listener receives
    /// several Drains, the earliest deadline counts, and each is answered.
    /// </summary>
    /// <param name="Deadline">The time that the connections have to finish. With zero or less they are closed at once.</param>
    public sealed record Drain(TimeSpan Deadline) : ITcpMessage;

    /// <summary>To a listener: pause accepting until <see cref="ResumeAccepting"/>. Clients wait in the kernel's backlog.</summary>
    public sealed record PauseAccepting : ITcpMessage
    {
        /// <summary>The shared instance. The message has no content.</summary>
        public static readonly PauseAccepting Instance = new();
    }

    /// <summary>To a listener: resume accepting after <see cref="PauseAccepting"/>.</summary>
    public sealed record ResumeAccepting : ITcpMessage
    {
        /// <summary>The shared instance. The message has no content.</summary>
        public static readonly ResumeAccepting Instance = new();
    }

    /// <summary>
    /// To a listener: also listen on this number of consecutive ports after the port of its address (<see cref="Tcp.MPorts"/>). If one of them cannot be
    /// opened, no port is added. A smaller number than before closes the last ports; 0 closes all further ports. Answered by <see cref="PortsSet"/> or
    /// <see cref="CommandFailed"/>, with EOPNOTSUPP for a Unix socket.
    /// </summary>
    /// <param name="Count">The number of further ports: 0 to 4096.</param>
    public sealed record SetPorts(int Count) : ITcpMessage;

    /// <summary>
    /// To a listener: use other TLS options for new connections, such as those with a new certificate. Open connections keep theirs. Answered by
    /// <see cref="TlsSet"/> or <see cref="CommandFailed"/>.
    /// </summary>
    /// <param name="Options">The options of a server; null: new connections have no TLS.</param>
    public sealed record SetTls(TlsOptions? Options) : ITcpMessage;

    /// <summary>New connections have these options.</summary>
    /// <param name="Options">The options of <see cref="SetTls"/>.</param>
    public sealed record TlsSet(TlsOptions? Options) : ITcpMessage;

    /// <summary>
    /// To a listener: replace its limits. Existing connections stay open, even beyond the new limits, and receive at the new
    /// rates. Answered by <see cref="LimitsSet"/> or
    /// <see cref="CommandFailed"/>.
    /// </summary>
    /// <param name="Limits">All limits, including those that do not change.</param>
    public sealed record SetLimits(ListenerLimits Limits) : ITcpMessage
    {
        /// <summary>All limits.</summary>
        public ListenerLimits Limits { get; init => field = MessageArgument.NotNull(value, nameof(Limits)); } = MessageArgument.NotNull(Limits);
    }

    /// <summary>
    /// To a listener: set an option of its server sockets, at each port and address. Connections that are accepted later inherit the option, except
    /// <see cref="SocketOption.ReuseAddr"/> and <see cref="SocketOption.IPv6Only"/>, which have no effect on a connection. Answered by
    /// <see cref="OptionSet"/> or <see cref="CommandFailed"/>.
    /// </summary>
    /// <param name="Option">The option with its value.</param>
    public sealed record SetOption(SocketOption Option) : ITcpMessage
    {
        /// <summary>The option with its value.</summary>
        public SocketOption Option { get; init => field = MessageArgument.NotNull(value, nameof(Option)); } = MessageArgument.NotNull(Option);
    }

    /// <summary>
    /// To a listener: read a value of its server socket. With several ports or addresses it is the value of the first one. Answered by
    /// <see cref="OptionValue"/> or <see cref="CommandFailed"/>.
    /// </summary>
    /// <param name="Value">The value to read. <see cref="SocketValue.PeerName"/> fails with ENOTCONN.</param>
    public sealed record GetOption(SocketValue Value) : ITcpMessage
    {
        /// <summary>The value to read.</summary>
        public SocketValue Value { get; init => field = MessageArgument.Defined(value, nameof(Value)); } = MessageArgument.Defined(Value);
    }

    /// <summary>To a listener: requests a <see cref="ListenerDescription"/>.</summary>
    public sealed record Describe : ITcpMessage
    {
        /// <summary>The shared instance. The message has no content.</summary>
        public static readonly Describe Instance = new();
    }

    /// <summary>The listener listens. The listener sends it to the sender of the <see cref="Bind"/>.</summary>
    /// <param name="LocalAddress">The first address, with the port that the kernel chose if the requested port was 0.</param>
    /// <param name="Listener">The listener.</param>
    public sealed record Bound(SockAddr LocalAddress, IActorRef Listener) : ITcpMessage
    {
        /// <summary>All addresses that the listener listens on. A host name may have several. The first one is <see cref="LocalAddress"/>.</summary>
        public IReadOnlyList<SockAddr> LocalAddresses { get; init; } = [LocalAddress];

        /// <summary>Returns the addresses and the name of the listener.</summary>
        public override string ToString() => $"Bound({string.Join(", ", LocalAddresses)}, {Listener.Path.Name})";
    }

    /// <summary>The manager could not make a listener.</summary>
    /// <param name="Address">The requested address. For a host name it is 0.0.0.0 with the port.</param>
    /// <param name="Errno">
    /// The reason, for example EADDRINUSE, EADDRNOTAVAIL, EACCES or ENODEV. EINVAL: the backlog or a setting is out of its range. ESHUTDOWN: the actor
    /// system stops. For a host name also ENOENT (it has no address), EAGAIN or EIO (the lookup failed), or ETIMEDOUT (the lookup took too long).
    /// </param>
    /// <param name="Text">The reason in words, with the address.</param>
    public sealed record BindFailed(SockAddr Address, Errno Errno, string Text) : ITcpMessage
    {
        /// <summary>The .NET name of <see cref="Errno"/>.</summary>
        public System.Net.Sockets.SocketError SocketError => Errno.ToSocketError();
    }

    /// <summary>Answers <see cref="Unbind"/>: the server socket is closed.</summary>
    /// <param name="LocalAddress">The address that it listened on.</param>
    public sealed record Unbound(SockAddr LocalAddress) : ITcpMessage;

    /// <summary>Answers <see cref="SetPorts"/>.</summary>
    /// <param name="Count">The number of ports after the first one.</param>
    public sealed record PortsSet(int Count) : ITcpMessage;

    /// <summary>Answers <see cref="SetLimits"/>.</summary>
    /// <param name="Limits">The limits in force.</param>
    public sealed record LimitsSet(ListenerLimits Limits) : ITcpMessage;

    /// <summary>Answers <see cref="SetOption"/>.</summary>
    /// <param name="Option">The option.</param>
    public sealed record OptionSet(SocketOption Option) : ITcpMessage;

    /// <summary>Answers <see cref="GetOption"/>.</summary>
    /// <param name="Reading">The value.</param>
    public sealed record OptionValue(SocketReading Reading) : ITcpMessage;

    /// <summary>A command could not be carried out, and has changed nothing.</summary>
    /// <param name="Command">The command.</param>
    /// <param name="Errno">The reason, for example EADDRINUSE or EINVAL. EBADF: the listener no longer listens.</param>
    /// <param name="Text">The reason in words.</param>
    public sealed record CommandFailed(object Command, Errno Errno, string Text) : ITcpMessage;

    /// <summary>
    /// Published on the event stream of the actor system when a listener has reached a limit. For <see cref="RefuseReason.MaxConnections"/>, it is
    /// published again only after a connection has ended or the limits have changed. For each other reason, it is published at most once a minute.
    /// </summary>
    /// <param name="Listener">The listener.</param>
    /// <param name="Limits">The limits in force.</param>
    public sealed record LimitReached(IActorRef Listener, ListenerLimits Limits) : ITcpMessage
    {
        /// <summary>The limit that was reached. Defaults to <see cref="RefuseReason.MaxConnections"/>.</summary>
        public RefuseReason Reason { get; init; }

        /// <summary>The client that was refused; null if no client was refused, because clients stay in the backlog.</summary>
        public SockAddr? RemoteAddress { get; init; }
    }

    /// <summary>Answers <see cref="Drain"/>: all connections have ended, and the listener stops.</summary>
    /// <param name="Finished">The number of connections that ended by themselves.</param>
    /// <param name="Closed">The number of connections that were closed at the deadline.</param>
    /// <param name="Aborted">The number of connections that were aborted after <see cref="ActorTcpSettings.StopFlushTimeout"/>.</param>
    public sealed record Drained(int Finished, int Closed, int Aborted) : ITcpMessage;

    /// <summary>Published on the event stream of the actor system when a connection has ended.</summary>
    /// <param name="Connection">Its actor, which stops.</param>
    /// <param name="RemoteAddress">The peer.</param>
    /// <param name="Closed">The message that its handler receives.</param>
    public sealed record ConnectionClosed(IActorRef Connection, SockAddr RemoteAddress, ConnectionProtocol.Closed Closed) : ITcpMessage;

    /// <summary>
    /// To the sender of a <see cref="Bind"/> without Props: a connection was accepted. It reads nothing until it receives
    /// <see cref="ConnectionProtocol.Register"/>. Without one it is closed after <c>actortcp.connection.register-timeout</c>.
    /// </summary>
    /// <param name="Connection">Its actor.</param>
    /// <param name="RemoteAddress">The peer.</param>
    /// <param name="LocalAddress">The address that the peer connected to.</param>
    public sealed record ConnectionAccepted(IActorRef Connection, SockAddr RemoteAddress, SockAddr LocalAddress) : ITcpMessage;
}
