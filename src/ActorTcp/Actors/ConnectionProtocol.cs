using Akka.Actor;
using ActorTcp.Sockets;

namespace ActorTcp.Actors;

/// <summary>
/// What a <see cref="ConnectionActor"/> is told, and what it tells its handler. Commands are imperative, events past
/// tense. <see cref="Send"/> and <see cref="Received"/> stand in files of their own.
/// </summary>
public static class ConnectionProtocol
{
    /// <summary>Makes an actor the connection's handler, and begins to read. Once per connection.</summary>
    /// <param name="Handler">Who is told of received bytes and of the end.</param>
    /// <param name="KeepOpenOnPeerEof">
    /// Whether the connection stays open for sending when the peer has ended its side, until the handler closes it.
    /// Otherwise it is closed by itself once the handler has processed <see cref="PeerEof"/> and what it sent is gone.
    /// </param>
    public sealed record Register(IActorRef Handler, bool KeepOpenOnPeerEof = false);

    /// <summary>Closes: what was sent before goes out first. What is sent behind it is refused.</summary>
    public sealed record Close
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly Close Instance = new();
    }

    /// <summary>Closes at once with a reset (RFC 9293, 3.10.5); what was not sent is lost.</summary>
    public sealed record Abort
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly Abort Instance = new();
    }

    /// <summary>The first message of a handler.</summary>
    /// <param name="Connection">Whom to tell <see cref="Send"/> and <see cref="Close"/>.</param>
    /// <param name="RemoteAddress">The peer.</param>
    /// <param name="LocalAddress">The address that the peer connected to.</param>
    public sealed record Connected(IActorRef Connection, SockAddr RemoteAddress, SockAddr LocalAddress);

    /// <summary>The peer has ended its side (a FIN): nothing more will be received. It may still read.</summary>
    public sealed record PeerEof
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly PeerEof Instance = new();
    }

    /// <summary>The kernel has all bytes of a <see cref="Send"/> that asked for an outcome.</summary>
    /// <param name="Token">The token of that Send.</param>
    public sealed record Sent(object Token);

    /// <summary>A <see cref="Send"/> did not go out. Told for every Send that is refused (behind <see cref="Closed"/> only where it asked for an outcome), and for those in the queue that had asked for one when the connection ended.</summary>
    /// <param name="Token">The token of that Send; null where it had none.</param>
    /// <param name="Errno">ENOBUFS: the queue is full, nothing of it was taken. EPIPE: the connection is closing. Else the connection's error; a part may have gone out.</param>
    /// <param name="Text">The same in words.</param>
    public sealed record SendFailed(object? Token, Errno Errno, string Text);

    /// <summary>The connection has ended. Exactly one per connection, and the last that it tells its handler.</summary>
    /// <param name="Reason">Who or what ended it.</param>
    /// <param name="Errno">The error, where <paramref name="Reason"/> is <see cref="CloseReason.Error"/>; else 0.</param>
    /// <param name="Text">The reason in words.</param>
    /// <param name="UnsentBytes">How many bytes were taken from senders and never reached the kernel.</param>
    public sealed record Closed(CloseReason Reason, Errno Errno, string Text, long UnsentBytes);
}
