using ActorTcp.Protocol;
using ActorTcp.Settings;
using ActorTcp.Framing;
using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp;

/// <summary>
/// The messages to and from a connection, but for <see cref="Send"/> and <see cref="Received"/>. Commands are imperative, events past tense.
/// </summary>
public static class ConnectionProtocol
{
    /// <summary>Makes an actor the connection's handler, which receives <see cref="Connected"/>. Once per connection: otherwise the sender receives <see cref="RegisterFailed"/>.</summary>
    /// <param name="Handler">The actor that receives the bytes and the events of the connection.</param>
    /// <param name="HandlerOptions">How the connection serves it. Null: <see cref="ActorTcp.HandlerOptions.Default"/>.</param>
    public sealed record Register(IActorRef Handler, HandlerOptions? HandlerOptions = null) : INoSerializationVerificationNeeded
    {
        /// <summary>The handler.</summary>
        public IActorRef Handler { get; init => field = MessageArgument.NotNull(value, nameof(Handler)); } = MessageArgument.NotNull(Handler);

        /// <summary>How the connection serves the handler. Defaults to <see cref="ActorTcp.HandlerOptions.Default"/>.</summary>
        public HandlerOptions HandlerOptions { get; init => field = value ?? HandlerOptions.Default; } = HandlerOptions ?? HandlerOptions.Default;
    }

    /// <summary>In pull mode: the handler wants one more <see cref="Received"/>. Several add up.</summary>
    public sealed record Read : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly Read Instance = new();
    }

    /// <summary>The handler receives no more <see cref="Received"/> until <see cref="ResumeReading"/>. TCP itself slows the peer down.</summary>
    public sealed record SuspendReading : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly SuspendReading Instance = new();
    }

    /// <summary>Ends <see cref="SuspendReading"/>.</summary>
    public sealed record ResumeReading : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly ResumeReading Instance = new();
    }

    /// <summary>Answered by <see cref="Flushed"/> when the kernel has all bytes that were sent before. Counts as an entry of the send queue: answered by <see cref="SendFailed"/> with ENOBUFS if the queue is full.</summary>
    /// <param name="Token">The token of the answer.</param>
    public sealed record Flush(object Token) : INoSerializationVerificationNeeded
    {
        /// <summary>The token of the answer.</summary>
        public object Token { get; init => field = MessageArgument.NotNull(value, nameof(Token)); } = MessageArgument.NotNull(Token);
    }

    /// <summary>
    /// Ends one side of the connection, or both. Answered by <see cref="ShutdownDone"/>. The sending side ends after what was sent before, and the peer
    /// receives the end of the stream. If the receiving side ends, the handler receives no more bytes: those that it has not received, and those that
    /// the peer sends later, are dropped. The connection stays open until the peer ends its side, which the handler receives as <see cref="PeerEof"/>.
    /// </summary>
    /// <param name="How">Which side.</param>
    public sealed record Shutdown(ShutdownHow How) : INoSerializationVerificationNeeded
    {
        /// <summary>Which side.</summary>
        public ShutdownHow How { get; init => field = MessageArgument.Defined(value, nameof(How)); } = MessageArgument.Defined(How);
    }

    /// <summary>Closes the connection after the queued bytes are sent. Later Sends are refused.</summary>
    public sealed record Close : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly Close Instance = new();
    }

    /// <summary>As <see cref="Close"/>, but the connection first shuts down its sending side only, and goes on receiving until the peer has ended its stream.</summary>
    public sealed record ConfirmedClose : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly ConfirmedClose Instance = new();
    }

    /// <summary>Closes the connection at once with a reset (RFC 9293, 3.10.5). The queued bytes are lost.</summary>
    public sealed record Abort : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly Abort Instance = new();
    }

    /// <summary>
    /// Detaches the socket for another actor, the taker. When the queued bytes are sent and a <see cref="TcpHandler"/> has processed its last message, the taker
    /// receives <see cref="Detached"/>, the handler receives <see cref="Closed"/>, and the connection stops.
    /// </summary>
    /// <param name="Taker">The actor that receives <see cref="Detached"/>, or <see cref="DetachFailed"/> if the connection ends before.</param>
    public sealed record Detach(IActorRef Taker) : INoSerializationVerificationNeeded
    {
        /// <summary>The actor that receives the socket.</summary>
        public IActorRef Taker { get; init => field = MessageArgument.NotNull(value, nameof(Taker)); } = MessageArgument.NotNull(Taker);
    }

    /// <summary>
    /// Begins TLS on an open connection (STARTTLS, RFC 3207). The Sends before it go out without TLS, the later ones with TLS. Answered by
    /// <see cref="TlsStarted"/>, or by <see cref="TlsFailed"/> and then, if the handshake had begun, <see cref="Closed"/>.
    /// </summary>
    /// <remarks>
    /// The peer must not send anything between its request and its first TLS message: such bytes are an error, because an attacker could have inserted them.
    /// A server that answers the request gives the answer as <see cref="Reply"/>: then reading has stopped before the peer can see the answer.
    /// </remarks>
    /// <param name="Options">The side and the options of TLS.</param>
    /// <param name="Reply">A last Send without TLS; null: none.</param>
    public sealed record StartTls(TlsOptions Options, Send? Reply = null) : INoSerializationVerificationNeeded
    {
        /// <summary>The side and the options of TLS.</summary>
        public TlsOptions Options { get; init => field = MessageArgument.NotNull(value, nameof(Options)); } = MessageArgument.NotNull(Options);
    }

    /// <summary>To the sender of <see cref="StartTls"/>: the handshake is complete. The bytes from here on are encrypted.</summary>
    /// <param name="Tls">What the handshake has agreed on.</param>
    public sealed record TlsStarted(TlsInfo Tls) : INoSerializationVerificationNeeded;

    /// <summary>To the sender of <see cref="StartTls"/>: there is no TLS.</summary>
    /// <param name="Errno">
    /// EALREADY: the connection has TLS. ENOTCONN: it is not open. EINVAL: the options cannot be used. EPROTO: the peer sent bytes before TLS, or the handshake
    /// failed; the connection ends. Otherwise the error of the connection.
    /// </param>
    /// <param name="Text">The same in words.</param>
    public sealed record TlsFailed(Errno Errno, string Text) : INoSerializationVerificationNeeded;

    /// <summary>To the taker: the connection ends, or has ended, and the socket is not detached.</summary>
    /// <param name="Errno">EBADF: the connection was closing already. Otherwise why it ended; 0 if not by an error.</param>
    /// <param name="Text">The same in words.</param>
    public sealed record DetachFailed(Errno Errno, string Text) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>
    /// Cuts the stream into frames from the first byte that the handler has not received, and makes frames of later Sends. If a
    /// <see cref="TcpHandler"/>, or a handler in pull mode, sends this while it processes a frame, the new framing begins right after that frame.
    /// Another handler may have received later frames already. Answered by <see cref="FramingSet"/> or <see cref="OptionFailed"/>.
    /// </summary>
    /// <param name="Framing">The framing; null: none.</param>
    public sealed record SetFraming(IFraming? Framing) : INoSerializationVerificationNeeded;

    /// <summary>Sets an option of the socket. Answered by <see cref="OptionSet"/> or <see cref="OptionFailed"/>.</summary>
    /// <param name="Option">The option with its value.</param>
    public sealed record SetOption(SocketOption Option) : INoSerializationVerificationNeeded
    {
        /// <summary>The option with its value.</summary>
        public SocketOption Option { get; init => field = MessageArgument.NotNull(value, nameof(Option)); } = MessageArgument.NotNull(Option);
    }

    /// <summary>Asks the socket for a value. Answered by <see cref="OptionValue"/> or <see cref="OptionFailed"/>.</summary>
    /// <param name="Value">Which.</param>
    public sealed record GetOption(SocketValue Value) : INoSerializationVerificationNeeded
    {
        /// <summary>Which value.</summary>
        public SocketValue Value { get; init => field = MessageArgument.Defined(value, nameof(Value)); } = MessageArgument.Defined(Value);
    }

    /// <summary>Changes the limits from now on. Answered by <see cref="LimitsSet"/>, or <see cref="OptionFailed"/> if they break a rule.</summary>
    /// <param name="Limits">All of them.</param>
    public sealed record SetLimits(ConnectionLimits Limits) : INoSerializationVerificationNeeded
    {
        /// <summary>All limits.</summary>
        public ConnectionLimits Limits { get; init => field = MessageArgument.NotNull(value, nameof(Limits)); } = MessageArgument.NotNull(Limits);
    }

    /// <summary>Answered by a <see cref="ConnectionDescription"/>.</summary>
    public sealed record Describe : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly Describe Instance = new();
    }

    /// <summary>Answers a <see cref="Register"/> that came too late.</summary>
    /// <param name="Register">That message.</param>
    /// <param name="Errno">EISCONN: it has a handler. ENOTCONN: the connection is closing.</param>
    /// <param name="Text">The same in words.</param>
    public sealed record RegisterFailed(Register Register, Errno Errno, string Text) : INoSerializationVerificationNeeded;

    /// <summary>The first message of a handler.</summary>
    /// <param name="Connection">The actor that takes <see cref="Send"/>, <see cref="Close"/> and other commands.</param>
    /// <param name="RemoteAddress">The peer.</param>
    /// <param name="LocalAddress">The address that the peer connected to.</param>
    public sealed record Connected(IActorRef Connection, SockAddr RemoteAddress, SockAddr LocalAddress) : INoSerializationVerificationNeeded
    {
        /// <summary>What the TLS handshake has agreed on; null without TLS.</summary>
        public TlsInfo? Tls { get; init; }

        /// <summary>The process of the peer of a Unix socket; null for TCP.</summary>
        public PeerCredentials? PeerCredentials { get; init; }

        /// <summary>The end of the connection; null if a test plays the connection.</summary>
        internal ConnectionEnd? End { get; init; }
    }

    /// <summary>
    /// To a <see cref="TcpHandler"/> that failed: the connection is as it was, and goes on when this has been processed.
    /// </summary>
    /// <param name="Connection">As in <see cref="Connected"/>.</param>
    /// <param name="RemoteAddress">The peer.</param>
    /// <param name="LocalAddress">The address that the peer connected to.</param>
    /// <param name="Offset">The offset in the stream of the bytes (with a framing: of the frame, its header included) of the message that failed; of the next bytes if none failed.</param>
    /// <param name="Bytes">The bytes of the <see cref="Received"/> that failed; empty if the handler failed over another message. They are not sent again.</param>
    /// <param name="UnansweredSends">The tokens of the handler's own Sends that have no outcome yet, oldest first. Their outcomes will come.</param>
    public sealed record Resumed(
        IActorRef Connection,
        SockAddr RemoteAddress,
        SockAddr LocalAddress,
        long Offset,
        ReadOnlyMemory<byte> Bytes,
        IReadOnlyList<object> UnansweredSends) : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        /// <summary>Whether the handler failed over a <see cref="Received"/>; with a framing <see cref="Bytes"/> may then be an empty frame.</summary>
        public bool ReceivedFailed { get; init; }

        /// <summary>As in <see cref="Connected"/>.</summary>
        internal ConnectionEnd? End { get; init; }
    }

    /// <summary>The peer has ended its stream (a FIN). The peer may still read.</summary>
    /// <param name="IncompleteFrame">The bytes of a frame that the peer did not finish; empty if there is none.</param>
    public sealed record PeerEof(ReadOnlyMemory<byte> IncompleteFrame) : INoSerializationVerificationNeeded
    {
        /// <summary>Without an incomplete frame.</summary>
        public static readonly PeerEof Instance = new(ReadOnlyMemory<byte>.Empty);
    }

    /// <summary>
    /// The peer broke a rule of the framing, and no further frame can be read. The handler may still send; the connection is closed
    /// (<see cref="CloseReason.BadFrame"/>) once the handler has processed this message and the queued bytes are sent.
    /// </summary>
    /// <param name="Error">Which rule, with the numbers.</param>
    public sealed record FrameFailed(FrameError Error) : INoSerializationVerificationNeeded;

    /// <summary>The kernel has all bytes of a <see cref="Send"/> that asked for an outcome.</summary>
    /// <param name="Token">The token of that Send.</param>
    public sealed record Sent(object Token) : INoSerializationVerificationNeeded;

    /// <summary>A <see cref="Send"/> was not sent, or not completely. Sent for every Send that is refused (after <see cref="Closed"/> only if it asked for an outcome), and for those in the queue with a token when the connection ended.</summary>
    /// <param name="Token">The token of that Send; null if it had none.</param>
    /// <param name="Errno">ENOBUFS: the queue is full, nothing of it was queued. EMSGSIZE: it is too large, or the framing refuses it. EPIPE: the connection is closing. ETIMEDOUT: the <see cref="ActorTcp.Send.Timeout"/> is over, nothing of it was sent if the connection goes on. Otherwise the connection's error; a part may have been sent.</param>
    /// <param name="Text">The same in words.</param>
    public sealed record SendFailed(object? Token, Errno Errno, string Text) : INoSerializationVerificationNeeded
    {
        /// <summary><see cref="Errno"/> as .NET's sockets name it.</summary>
        public System.Net.Sockets.SocketError SocketError => Errno.ToSocketError();
    }

    /// <summary>More bytes are queued than <see cref="ConnectionLimits.SendQueueHigh"/>. If that many of them are answers, reading is paused meanwhile.</summary>
    /// <param name="Bytes">The number of queued bytes.</param>
    public sealed record QueueHigh(long Bytes) : INoSerializationVerificationNeeded;

    /// <summary>After <see cref="QueueHigh"/>: at most <see cref="ConnectionLimits.SendQueueLow"/> bytes are queued.</summary>
    /// <param name="Bytes">The number of queued bytes.</param>
    public sealed record QueueLow(long Bytes) : INoSerializationVerificationNeeded;

    /// <summary>The kernel has all bytes that were sent before that <see cref="Flush"/>.</summary>
    /// <param name="Token">The token of that Flush.</param>
    public sealed record Flushed(object Token) : INoSerializationVerificationNeeded;

    /// <summary>Answers <see cref="Shutdown"/>.</summary>
    /// <param name="How">Which side.</param>
    /// <param name="Errno">0, or why it failed: ENOTCONN, or ENOBUFS if the send queue is full. If the kernel, or a full queue, refuses to end the sending side, sending goes on.</param>
    public sealed record ShutdownDone(ShutdownHow How, Errno Errno) : INoSerializationVerificationNeeded;

    /// <summary>To the taker of <see cref="Detach"/>.</summary>
    /// <param name="Socket">The socket, to be taken once. It is closed if it is never taken.</param>
    /// <param name="Unread">The bytes that no handler has processed: those that the handler did not receive, and those that it failed over if it was not restarted. They come before the bytes of the socket.</param>
    /// <param name="RemoteAddress">The peer.</param>
    public sealed record Detached(SocketHandoff Socket, ReadOnlyMemory<byte> Unread, SockAddr RemoteAddress) : INoSerializationVerificationNeeded;

    /// <summary>Answers <see cref="SetFraming"/>.</summary>
    /// <param name="Framing">The framing.</param>
    /// <param name="Offset">The offset in the stream from the peer of the first byte that it reads.</param>
    public sealed record FramingSet(IFraming? Framing, long Offset) : INoSerializationVerificationNeeded;

    /// <summary>Answers <see cref="SetOption"/>.</summary>
    /// <param name="Option">The option.</param>
    public sealed record OptionSet(SocketOption Option) : INoSerializationVerificationNeeded;

    /// <summary>Answers <see cref="GetOption"/>.</summary>
    /// <param name="Reading">The value.</param>
    public sealed record OptionValue(SocketReading Reading) : INoSerializationVerificationNeeded;

    /// <summary>Answers <see cref="SetLimits"/>.</summary>
    /// <param name="Limits">The limits in force.</param>
    public sealed record LimitsSet(ConnectionLimits Limits) : INoSerializationVerificationNeeded;

    /// <summary>An option, a value or limits could not be set or read.</summary>
    /// <param name="Command">The command that failed.</param>
    /// <param name="Errno">Why.</param>
    /// <param name="Text">The same in words.</param>
    public sealed record OptionFailed(object Command, Errno Errno, string Text) : INoSerializationVerificationNeeded;

    /// <summary>The connection has ended. Exactly one per connection, and its last message to the handler.</summary>
    /// <param name="Reason">What ended it.</param>
    /// <param name="Errno">The error, if <paramref name="Reason"/> is <see cref="CloseReason.Error"/>; else 0.</param>
    /// <param name="Text">The reason in words.</param>
    /// <param name="UnsentBytes">The number of queued bytes that never reached the kernel.</param>
    public sealed record Closed(CloseReason Reason, Errno Errno, string Text, long UnsentBytes) : INoSerializationVerificationNeeded
    {
        /// <summary><see cref="Errno"/> as .NET's sockets name it.</summary>
        public System.Net.Sockets.SocketError SocketError => Errno.ToSocketError();
    }
}
