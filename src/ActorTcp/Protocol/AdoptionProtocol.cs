using ActorTcp.Settings;
using ActorTcp.Framing;
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
    public sealed record Adopt : INoSerializationVerificationNeeded
    {
        /// <summary>Adopts the socket of a token, as <see cref="Tcp.Detach"/> makes it.</summary>
        /// <param name="socket">The token. If the adoption fails it is pending again.</param>
        /// <param name="handler">As in <see cref="Handler"/>.</param>
        /// <param name="unread">As in <see cref="Unread"/>.</param>
        /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
        public Adopt(SocketHandoff socket, Props? handler = null, ReadOnlyMemory<byte> unread = default)
        {
            Socket = MessageArgument.NotNull(socket);
            Handler = handler;
            Unread = unread;
        }

        /// <summary>
        /// Adopts a socket by the number of its descriptor, as <see cref="Tcp.CreateByFd"/> does: an object that owns the descriptor loses it, and its
        /// later <see cref="Tcp.FlyAway"/> does nothing. If the adoption fails the descriptor stays with its owner.
        /// </summary>
        /// <param name="sockFd">The descriptor.</param>
        /// <param name="handler">As in <see cref="Handler"/>.</param>
        /// <param name="unread">As in <see cref="Unread"/>.</param>
        public Adopt(int sockFd, Props? handler = null, ReadOnlyMemory<byte> unread = default)
        {
            SockFd = sockFd;
            Handler = handler;
            Unread = unread;
        }

        /// <summary>Adopts the socket that another connection gave away, with the bytes that its handler did not receive.</summary>
        /// <param name="handedOver">What the taker of <see cref="ConnectionProtocol.GiveAway"/> received.</param>
        /// <param name="handler">As in <see cref="Handler"/>.</param>
        /// <exception cref="ArgumentNullException"><paramref name="handedOver"/> is null.</exception>
        public Adopt(ConnectionProtocol.HandedOver handedOver, Props? handler = null)
            : this(MessageArgument.NotNull(handedOver).Socket, handler, handedOver.Unread)
        {
        }

        /// <summary>The token of the socket; null if it is adopted by <see cref="SockFd"/>.</summary>
        public SocketHandoff? Socket { get; }

        /// <summary>The descriptor; -1 if it is adopted by <see cref="Socket"/>.</summary>
        public int SockFd { get; } = -1;

        /// <summary>Bytes that were received from the peer before: the handler receives them first, from offset 0. They must not change until the answer.</summary>
        public ReadOnlyMemory<byte> Unread { get; }

        /// <summary>How to make the handler, as in <see cref="ListenerProtocol.Bind"/>. Null: the connection waits for <see cref="ConnectionProtocol.Register"/>.</summary>
        public Props? Handler { get; init; }

        /// <summary>For the handler that is made: as in <see cref="ConnectionProtocol.Register"/>. Defaults to false.</summary>
        public bool KeepOpenOnPeerEof { get; init; }

        /// <summary>For the handler that is made: as in <see cref="ConnectionProtocol.Register"/>. Defaults to false.</summary>
        public bool Pull { get; init; }

        /// <summary>What is done when the handler that is made fails; null: restart, up to ten times a minute.</summary>
        public SupervisorStrategy? Supervision { get; init; }

        /// <summary>For the handler that is made: as in <see cref="ConnectionProtocol.Register"/>. <see cref="Unread"/> is cut into frames as well.</summary>
        public IFraming? Framing { get; init; }

        /// <summary>The number of the poll loop for the connection, 0 to <see cref="ActorTcpExtension.LoopCount"/> - 1; null: the loops take turns.</summary>
        public int? Loop { get; init; }

        /// <summary>How the connection is set up; null: as <c>actortcp.connection</c> says.</summary>
        public ConnectionSettings? ConnectionSettings { get; init; }

        /// <summary>The socket, for logs.</summary>
        public override string ToString() => Socket is null ? $"Adopt(descriptor {SockFd})" : "Adopt(SocketHandoff)";
    }

    /// <summary>The socket is a connection now. Sent by the connection, before its handler receives the first byte.</summary>
    /// <param name="Connection">Its actor.</param>
    /// <param name="RemoteAddress">The peer.</param>
    /// <param name="LocalAddress">This end.</param>
    public sealed record Adopted(IActorRef Connection, SockAddr RemoteAddress, SockAddr LocalAddress) : INoSerializationVerificationNeeded;

    /// <summary>
    /// The socket was not adopted, and is where it was: a token that was pending is pending again, a descriptor is open and not closed by this library.
    /// </summary>
    /// <param name="Adopt">The command, with the token or the descriptor and the unread bytes.</param>
    /// <param name="Errno">
    /// EBADF: the descriptor is not open, or the token was taken or dropped. ENOTSOCK, EPROTOTYPE: it is no TCP socket. ENOTCONN: it is not connected, or
    /// was reset. EINVAL: there is no such loop, or a setting breaks a rule. ESHUTDOWN: the actor system stops. Otherwise the loop cannot watch it.
    /// </param>
    /// <param name="Text">The same in words.</param>
    public sealed record AdoptFailed(Adopt Adopt, Errno Errno, string Text) : INoSerializationVerificationNeeded;
}
