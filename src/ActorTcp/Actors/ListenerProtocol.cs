using Akka.Actor;
using ActorTcp.Buffers;
using ActorTcp.Sockets;

namespace ActorTcp.Actors;

/// <summary>
/// What the manager and a <see cref="ListenerActor"/> are told, and what they tell. Commands are imperative, events
/// past tense.
/// </summary>
public static class ListenerProtocol
{
    /// <summary>
    /// To the manager: listen on an address. Answered by <see cref="Bound"/> or <see cref="BindFailed"/>.
    /// </summary>
    /// <param name="Address">Where to listen; port 0 lets the kernel choose.</param>
    /// <param name="Handler">
    /// How to make the handler actor of each connection. It becomes the connection's child, on the connection's poll
    /// loop unless the Props name a dispatcher, and is told <see cref="ConnectionProtocol.Connected"/> first. Null:
    /// whoever sent Bind is told <see cref="ConnectionAccepted"/> and answers it with
    /// <see cref="ConnectionProtocol.Register"/>.
    /// </param>
    /// <param name="Backlog">How many connections the kernel may hold ready, 1 to 65535; 0 takes <c>actortcp.listener.backlog</c>.</param>
    /// <param name="KeepOpenOnPeerEof">For the handlers that are made: as in <see cref="ConnectionProtocol.Register"/>.</param>
    /// <param name="Pull">For the handlers that are made: as in <see cref="ConnectionProtocol.Register"/>.</param>
    /// <param name="Supervision">What is done when such a handler fails; null: restart, up to ten times a minute.</param>
    /// <param name="Framing">For the handlers that are made: as in <see cref="ConnectionProtocol.Register"/>.</param>
    public sealed record Bind(
        SockAddr Address,
        Props? Handler = null,
        int Backlog = 0,
        bool KeepOpenOnPeerEof = false,
        bool Pull = false,
        SupervisorStrategy? Supervision = null,
        IFraming? Framing = null) : INoSerializationVerificationNeeded
    {
        /// <summary>Where to listen.</summary>
        public SockAddr Address { get; init => field = MessageArgument.NotNull(value, nameof(Address)); } = MessageArgument.NotNull(Address);

        /// <summary>How this listener is set up; null: as <c>actortcp.listener</c> says.</summary>
        public ListenerSettings? Settings { get; init; }

        /// <summary>How its connections are set up; null: as <c>actortcp.connection</c> says.</summary>
        public ConnectionSettings? ConnectionSettings { get; init; }
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

    /// <summary>To a listener: accept no more until <see cref="ResumeAccepting"/>; who connects waits in the kernel's backlog.</summary>
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
    /// To a listener: listen on this many ports behind that of its address as well (<see cref="Tcp.MPorts"/>), all or none;
    /// fewer than before closes some, 0 all of them. Answered by <see cref="PortsSet"/> or <see cref="CommandFailed"/>.
    /// </summary>
    /// <param name="Count">How many, 0 to 4096.</param>
    public sealed record SetPorts(int Count) : INoSerializationVerificationNeeded;

    /// <summary>To a listener: change the limits from now on; connections that are there stay. Answered by <see cref="LimitsSet"/> or <see cref="CommandFailed"/>.</summary>
    /// <param name="Limits">All of them.</param>
    public sealed record SetLimits(ListenerLimits Limits) : INoSerializationVerificationNeeded
    {
        /// <summary>All limits.</summary>
        public ListenerLimits Limits { get; init => field = MessageArgument.NotNull(value, nameof(Limits)); } = MessageArgument.NotNull(Limits);
    }

    /// <summary>To a listener: answered by a <see cref="ListenerDescription"/>.</summary>
    public sealed record Describe : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly Describe Instance = new();
    }

    /// <summary>The listener listens. Sent by the listener itself.</summary>
    /// <param name="LocalAddress">Where, with the port that the kernel chose.</param>
    /// <param name="Listener">The listener.</param>
    public sealed record Bound(SockAddr LocalAddress, IActorRef Listener) : INoSerializationVerificationNeeded;

    /// <summary>It could not listen.</summary>
    /// <param name="Address">The address that was asked for.</param>
    /// <param name="Errno">Why: EADDRINUSE, EADDRNOTAVAIL, EACCES, EINVAL for a backlog out of range, ESHUTDOWN while the actor system stops ...</param>
    /// <param name="Text">The same in words, with the address.</param>
    public sealed record BindFailed(SockAddr Address, Errno Errno, string Text) : INoSerializationVerificationNeeded;

    /// <summary>The server socket is closed.</summary>
    /// <param name="LocalAddress">Where it had listened.</param>
    public sealed record Unbound(SockAddr LocalAddress) : INoSerializationVerificationNeeded;

    /// <summary>Answers <see cref="SetPorts"/>.</summary>
    /// <param name="Count">How many ports there are behind the first.</param>
    public sealed record PortsSet(int Count) : INoSerializationVerificationNeeded;

    /// <summary>Answers <see cref="SetLimits"/>.</summary>
    /// <param name="Limits">The limits in force.</param>
    public sealed record LimitsSet(ListenerLimits Limits) : INoSerializationVerificationNeeded;

    /// <summary>A command could not be carried out; nothing has changed.</summary>
    /// <param name="Command">The command.</param>
    /// <param name="Errno">Why: EADDRINUSE, EINVAL, EBADF on a listener that is unbound ...</param>
    /// <param name="Text">The same in words.</param>
    public sealed record CommandFailed(object Command, Errno Errno, string Text) : INoSerializationVerificationNeeded;

    /// <summary>
    /// Published on the system's event stream when a listener has as many connections as it may have; once until there is room
    /// again.
    /// </summary>
    /// <param name="Listener">The listener.</param>
    /// <param name="Limits">The limits in force.</param>
    public sealed record LimitReached(IActorRef Listener, ListenerLimits Limits) : INoSerializationVerificationNeeded;

    /// <summary>All connections have ended and the listener stops.</summary>
    /// <param name="Finished">How many ended by themselves.</param>
    /// <param name="Closed">How many were closed at the deadline.</param>
    /// <param name="Aborted">How many of those had to be aborted.</param>
    public sealed record Drained(int Finished, int Closed, int Aborted) : INoSerializationVerificationNeeded;

    /// <summary>Published on the system's event stream when a connection has ended.</summary>
    /// <param name="Connection">Its actor, which stops.</param>
    /// <param name="RemoteAddress">The peer.</param>
    /// <param name="Closed">What its handler is told.</param>
    public sealed record ConnectionClosed(IActorRef Connection, SockAddr RemoteAddress, ConnectionProtocol.Closed Closed) : INoSerializationVerificationNeeded;

    /// <summary>To who sent a Bind without handler: a connection waits to be registered; nothing is read from it before.</summary>
    /// <param name="Connection">Its actor.</param>
    /// <param name="RemoteAddress">The peer.</param>
    /// <param name="LocalAddress">The address that the peer connected to.</param>
    public sealed record ConnectionAccepted(IActorRef Connection, SockAddr RemoteAddress, SockAddr LocalAddress) : INoSerializationVerificationNeeded;
}
