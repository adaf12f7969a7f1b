using ActorTcp.Settings;
using ActorTcp.Sockets;
using Akka.Actor;

namespace ActorTcp;

/// <summary>Messages that make a connection actor of a socket that is connected already. Commands are imperative, events past tense.</summary>
public static class AdoptionProtocol
{
    /// <summary>
    /// To the manager: take over a connected socket and make a connection actor of it, on a poll loop, supervised like an accepted connection.
    /// Answered by <see cref="Adopted"/> or <see cref="AdoptFailed"/>.
    /// </summary>
    public sealed record Adopt : ITcpMessage
    {
        /// <summary>Adopts the socket of a token, which <see cref="Tcp.Detach"/> and <see cref="ConnectionProtocol.Detached"/> return.</summary>
        /// <param name="socket">The token. If the adoption fails it is pending again.</param>
        /// <param name="handler">The Props of the handler that the connection makes. Null, the default: the connection waits for <see cref="ConnectionProtocol.Register"/>.</param>
        /// <param name="unread">Bytes that were received from the peer before. The handler receives them first. Empty by default.</param>
        /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
        public Adopt(SocketHandoff socket, Props? handler = null, ReadOnlyMemory<byte> unread = default)
        {
            Socket = MessageArgument.NotNull(socket);
            Handler = handler;
            Unread = unread;
        }

        /// <summary>
        /// Adopts a socket by the number of its descriptor. An object that owns the descriptor loses it, and its later <see cref="Tcp.FlyAway"/> does
        /// nothing. If the adoption fails, the descriptor stays with its owner.
        /// </summary>
        /// <param name="sockFd">The descriptor.</param>
        /// <param name="handler">The Props of the handler that the connection makes. Null, the default: the connection waits for <see cref="ConnectionProtocol.Register"/>.</param>
        /// <param name="unread">Bytes that were received from the peer before. The handler receives them first. Empty by default.</param>
        public Adopt(int sockFd, Props? handler = null, ReadOnlyMemory<byte> unread = default)
        {
            SockFd = sockFd;
            Handler = handler;
            Unread = unread;
        }

        /// <summary>Adopts the socket that another connection detached, with the bytes that its handler did not receive.</summary>
        /// <param name="detached">The message that the taker of <see cref="ConnectionProtocol.Detach"/> received.</param>
        /// <param name="handler">The Props of the handler that the connection makes. Null, the default: the connection waits for <see cref="ConnectionProtocol.Register"/>.</param>
        /// <exception cref="ArgumentNullException"><paramref name="detached"/> is null.</exception>
        public Adopt(ConnectionProtocol.Detached detached, Props? handler = null)
            : this(MessageArgument.NotNull(detached).Socket, handler, detached.Unread)
        {
        }

        /// <summary>The token of the socket; null if it is adopted by <see cref="SockFd"/>.</summary>
        public SocketHandoff? Socket { get; }

        /// <summary>The descriptor; -1 if it is adopted by <see cref="Socket"/>.</summary>
        public int SockFd { get; } = -1;

        /// <summary>
        /// Bytes that were received from the peer before. The handler receives them first, from offset 0. They must not change until the answer
        /// arrives. Empty by default.
        /// </summary>
        public ReadOnlyMemory<byte> Unread { get; }

        /// <summary>
        /// The Props of the handler. The connection makes it as its child, on the connection's poll loop unless the Props name a dispatcher. Null, the
        /// default: the connection waits for <see cref="ConnectionProtocol.Register"/>, for <c>actortcp.connection.register-timeout</c>.
        /// </summary>
        public Props? Handler { get; init; }

        /// <summary>
        /// How the connection serves the handler that it makes. A framing cuts <see cref="Unread"/> into frames, too. A handler that is registered has the
        /// options of its Register. Defaults to <see cref="ActorTcp.HandlerOptions.Default"/>.
        /// </summary>
        public HandlerOptions HandlerOptions { get; init => field = MessageArgument.NotNull(value, nameof(HandlerOptions)); } = HandlerOptions.Default;

        /// <summary>
        /// The number of the poll loop for the connection: 0 to <see cref="ActorTcpExtension.LoopCount"/> - 1. Null, the default: each adopted connection
        /// gets the next loop.
        /// </summary>
        public int? Loop { get; init; }

        /// <summary>The settings of the connection. Null, the default, means <c>actortcp.connection</c>.</summary>
        public ConnectionSettings? ConnectionSettings { get; init; }

        /// <summary>The socket, for logs.</summary>
        public override string ToString() => Socket is null ? $"Adopt(descriptor {SockFd})" : "Adopt(SocketHandoff)";
    }

    /// <summary>The socket is a connection now. Sent by the connection, before its handler receives the first byte.</summary>
    /// <param name="Connection">Its actor.</param>
    /// <param name="RemoteAddress">The peer.</param>
    /// <param name="LocalAddress">This end.</param>
    public sealed record Adopted(IActorRef Connection, SockAddr RemoteAddress, SockAddr LocalAddress) : ITcpMessage;

    /// <summary>
    /// The socket was not adopted, and is unchanged. A token that was pending is pending again. A descriptor stays open: this library does not close it.
    /// </summary>
    /// <param name="Adopt">The command, with the token or the descriptor and the unread bytes.</param>
    /// <param name="Errno">
    /// EBADF: the descriptor is not open, or the token was taken or closed before. ENOTSOCK, EPROTOTYPE: the descriptor is not a TCP socket. ENOTCONN: the
    /// socket is not connected, or was reset. EINVAL: the loop does not exist, or a setting breaks a rule. ESHUTDOWN: the actor system stops. Any other
    /// error: the loop cannot watch the descriptor.
    /// </param>
    /// <param name="Text">The same in words.</param>
    public sealed record AdoptFailed(Adopt Adopt, Errno Errno, string Text) : ITcpMessage;
}
