using ActorTcp.Protocol;
using ActorTcp.Settings;
using ActorTcp.Framing;
using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp;

/// <summary>
/// The messages to and from a connection, except <see cref="Send"/> and <see cref="Received"/>. Commands have imperative names, and events have names
/// in the past tense.
/// </summary>
public static class ConnectionProtocol
{
    /// <summary>
    /// Makes an actor the connection's handler, which receives <see cref="Connected"/>. A connection has one handler: the sender of a second Register
    /// receives <see cref="RegisterFailed"/>.
    /// </summary>
    /// <param name="Handler">The actor that receives the bytes and the events of the connection.</param>
    /// <param name="HandlerOptions">How the connection serves it. Null: <see cref="ActorTcp.HandlerOptions.Default"/>.</param>
    public sealed record Register(IActorRef Handler, HandlerOptions? HandlerOptions = null) : ITcpMessage
    {
        /// <summary>The handler.</summary>
        public IActorRef Handler { get; init => field = MessageArgument.NotNull(value, nameof(Handler)); } = MessageArgument.NotNull(Handler);

        /// <summary>How the connection serves the handler. Defaults to <see cref="ActorTcp.HandlerOptions.Default"/>.</summary>
        public HandlerOptions HandlerOptions { get; init => field = value ?? HandlerOptions.Default; } = HandlerOptions ?? HandlerOptions.Default;
    }

    /// <summary>In pull mode, requests one more <see cref="Received"/>. Several requests add up. Without pull mode it has no effect.</summary>
    public sealed record Read : ITcpMessage
    {
        /// <summary>The shared instance. The message has no content.</summary>
        public static readonly Read Instance = new();
    }

    /// <summary>Pauses reading: the handler receives no <see cref="Received"/> until <see cref="ResumeReading"/>. TCP slows the peer down.</summary>
    public sealed record SuspendReading : ITcpMessage
    {
        /// <summary>The shared instance. The message has no content.</summary>
        public static readonly SuspendReading Instance = new();
    }

    /// <summary>Ends <see cref="SuspendReading"/>.</summary>
    public sealed record ResumeReading : ITcpMessage
    {
        /// <summary>The shared instance. The message has no content.</summary>
        public static readonly ResumeReading Instance = new();
    }

    /// <summary>
    /// Is answered by <see cref="Flushed"/> when the kernel has the bytes of all earlier Sends. It takes a place in the send queue. If the queue is
    /// full, it is answered by <see cref="SendFailed"/> with ENOBUFS.
    /// </summary>
    /// <param name="Token">The token of the answer.</param>
    public sealed record Flush(object Token) : ITcpMessage
    {
        /// <summary>The token of the answer.</summary>
        public object Token { get; init => field = MessageArgument.NotNull(value, nameof(Token)); } = MessageArgument.NotNull(Token);
    }

    /// <summary>
    /// Ends one side of the connection, or both. Answered by <see cref="ShutdownDone"/>. The sending side ends after the bytes of earlier Sends, and the
    /// peer receives the end of stream. If the receiving side ends, the handler receives no more bytes. Bytes that it has not received, and bytes that
    /// the peer sends later, are dropped. The connection stays open until the peer ends its stream, which the handler receives as <see cref="PeerEof"/>.
    /// </summary>
    /// <param name="How">The side to end.</param>
    public sealed record Shutdown(ShutdownHow How) : ITcpMessage
    {
        /// <summary>The side to end.</summary>
        public ShutdownHow How { get; init => field = MessageArgument.Defined(value, nameof(How)); } = MessageArgument.Defined(How);
    }

    /// <summary>
    /// Closes the connection after the queued bytes are sent, within <see cref="ConnectionLimits.Flush"/>. Later Sends are refused with EPIPE. Received
    /// bytes that the handler has not processed are dropped.
    /// </summary>
    public sealed record Close : ITcpMessage
    {
        /// <summary>The shared instance. The message has no content.</summary>
        public static readonly Close Instance = new();
    }

    /// <summary>
    /// Shuts down the sending side after the queued bytes are sent, and closes the connection when the peer has ended its stream. Until then the handler
    /// receives bytes. Later Sends are refused with EPIPE. The peer must end its stream within <see cref="ConnectionLimits.HalfClosed"/>.
    /// </summary>
    public sealed record ConfirmedClose : ITcpMessage
    {
        /// <summary>The shared instance. The message has no content.</summary>
        public static readonly ConfirmedClose Instance = new();
    }

    /// <summary>Closes the connection at once with a reset (RFC 9293, section 3.10.5). The queued bytes are lost.</summary>
    public sealed record Abort : ITcpMessage
    {
        /// <summary>The shared instance. The message has no content.</summary>
        public static readonly Abort Instance = new();
    }

    /// <summary>
    /// Detaches the socket for another actor, the taker. When the queued bytes are sent and a <see cref="TcpHandler"/> has processed its last message, the taker
    /// receives <see cref="Detached"/>, the handler receives <see cref="Closed"/>, and the connection stops.
    /// </summary>
    /// <param name="Taker">The actor that receives <see cref="Detached"/>, or <see cref="DetachFailed"/> if the connection ends first.</param>
    public sealed record Detach(IActorRef Taker) : ITcpMessage
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
    public sealed record StartTls(TlsOptions Options, Send? Reply = null) : ITcpMessage
    {
        /// <summary>The side and the options of TLS.</summary>
        public TlsOptions Options { get; init => field = MessageArgument.NotNull(value, nameof(Options)); } = MessageArgument.NotNull(Options);
    }

    /// <summary>To the sender of <see cref="StartTls"/>: the handshake is complete. The bytes from here on are encrypted.</summary>
    /// <param name="Tls">What the handshake has agreed on.</param>
    public sealed record TlsStarted(TlsInfo Tls) : ITcpMessage;

    /// <summary>To the sender of <see cref="StartTls"/>: there is no TLS.</summary>
    /// <param name="Errno">
    /// EALREADY: the connection has TLS. ENOTCONN: it is not open. EINVAL: the options cannot be used. EPROTO: the peer sent bytes before TLS, or the handshake
    /// failed; the connection ends. Otherwise the error of the connection.
    /// </param>
    /// <param name="Text">The same in words.</param>
    public sealed record TlsFailed(Errno Errno, string Text) : ITcpMessage;

    /// <summary>To the taker: the socket is not detached, because the connection is ending or has ended.</summary>
    /// <param name="Errno">EBADF if the connection was already closing. Otherwise the error that ended it; 0 if it ended without an error.</param>
    /// <param name="Text">The reason in words.</param>
    public sealed record DetachFailed(Errno Errno, string Text) : ITcpMessage, IDeadLetterSuppression;

    /// <summary>
    /// Cuts the stream into frames from the first byte that the handler has not received, and makes frames of later Sends. If a
    /// <see cref="TcpHandler"/>, or a handler in pull mode, sends this while it processes a frame, the new framing begins right after that frame.
    /// Another handler may already have received later frames. Answered by <see cref="FramingSet"/> or <see cref="OptionFailed"/>.
    /// </summary>
    /// <param name="Framing">The framing; null for none.</param>
    public sealed record SetFraming(IFraming? Framing) : ITcpMessage;

    /// <summary>Sets an option of the socket. Answered by <see cref="OptionSet"/> or <see cref="OptionFailed"/>.</summary>
    /// <param name="Option">The option with its value.</param>
    public sealed record SetOption(SocketOption Option) : ITcpMessage
    {
        /// <summary>The option with its value.</summary>
        public SocketOption Option { get; init => field = MessageArgument.NotNull(value, nameof(Option)); } = MessageArgument.NotNull(Option);
    }

    /// <summary>Reads a value of the socket. Answered by <see cref="OptionValue"/> or <see cref="OptionFailed"/>.</summary>
    /// <param name="Value">The value to read.</param>
    public sealed record GetOption(SocketValue Value) : ITcpMessage
    {
        /// <summary>The value to read.</summary>
        public SocketValue Value { get; init => field = MessageArgument.Defined(value, nameof(Value)); } = MessageArgument.Defined(Value);
    }

    /// <summary>Replaces the limits of this connection. Answered by <see cref="LimitsSet"/>, or by <see cref="OptionFailed"/> if they break a rule.</summary>
    /// <param name="Limits">All limits, including those that do not change.</param>
    public sealed record SetLimits(ConnectionLimits Limits) : ITcpMessage
    {
        /// <summary>All limits.</summary>
        public ConnectionLimits Limits { get; init => field = MessageArgument.NotNull(value, nameof(Limits)); } = MessageArgument.NotNull(Limits);
    }

    /// <summary>Requests a <see cref="ConnectionDescription"/>.</summary>
    public sealed record Describe : ITcpMessage
    {
        /// <summary>The shared instance. The message has no content.</summary>
        public static readonly Describe Instance = new();
    }

    /// <summary>To the sender of a <see cref="Register"/> that failed.</summary>
    /// <param name="Register">The command.</param>
    /// <param name="Errno">
    /// EISCONN: the connection has a handler. EBUSY: the handler is a <see cref="TcpHandler"/> that has another connection. ENOTCONN: the connection is
    /// closing.
    /// </param>
    /// <param name="Text">The reason in words.</param>
    public sealed record RegisterFailed(Register Register, Errno Errno, string Text) : ITcpMessage;

    /// <summary>The first message of a handler.</summary>
    /// <param name="Connection">The actor to which <see cref="Send"/>, <see cref="Close"/> and other commands are sent.</param>
    /// <param name="RemoteAddress">The peer.</param>
    /// <param name="LocalAddress">The address that the peer connected to.</param>
    public sealed record Connected(IActorRef Connection, SockAddr RemoteAddress, SockAddr LocalAddress) : ITcpMessage
    {
        /// <summary>What the TLS handshake has agreed on; null without TLS.</summary>
        public TlsInfo? Tls { get; init; }

        /// <summary>The process of the peer of a Unix socket; null for TCP.</summary>
        public PeerCredentials? PeerCredentials { get; init; }

        /// <summary>The PROXY header of the connection; null if there is none. Its <see cref="ActorTcp.ProxyHeader.Source"/> is <c>RemoteAddress</c>.</summary>
        public ProxyHeader? ProxyHeader { get; init; }

        /// <summary>The address of the proxy that has sent the header; null without a header.</summary>
        public SockAddr? ProxyAddress { get; init; }

        /// <summary>The end of the connection, as a token; null if a test sends the message.</summary>
        internal ConnectionEnd? End { get; init; }
    }

    /// <summary>
    /// To a <see cref="TcpHandler"/> that has failed and continues. The connection is unchanged. It delivers the next bytes when this message has been
    /// processed.
    /// </summary>
    /// <param name="Connection">The actor to which <see cref="Send"/>, <see cref="Close"/> and other commands are sent.</param>
    /// <param name="RemoteAddress">The peer.</param>
    /// <param name="LocalAddress">The address that the peer connected to.</param>
    /// <param name="Offset">
    /// The offset of <paramref name="Bytes"/> in the stream, in bytes. With a framing it is the offset of the frame, including its header. If the handler
    /// failed at another message than a <see cref="Received"/>, it is the offset of the next byte.
    /// </param>
    /// <param name="Bytes">
    /// The bytes of the <see cref="Received"/> at which the handler failed; empty if it failed at another message. They are not sent again.
    /// </param>
    /// <param name="UnansweredSends">The tokens of the handler's own Sends that have no outcome yet, oldest first. Their outcomes will arrive.</param>
    public sealed record Resumed(
        IActorRef Connection,
        SockAddr RemoteAddress,
        SockAddr LocalAddress,
        long Offset,
        ReadOnlyMemory<byte> Bytes,
        IReadOnlyList<object> UnansweredSends) : ITcpMessage, IDeadLetterSuppression
    {
        /// <summary>Whether the handler failed at a <see cref="Received"/>. With a framing, <see cref="Bytes"/> may be empty even then: an empty frame.</summary>
        public bool ReceivedFailed { get; init; }

        /// <summary>The end of the connection, as a token; null if a test sends the message.</summary>
        internal ConnectionEnd? End { get; init; }

        /// <summary>
        /// The number of this message on its connection, starting at 1; 0 if a test sends it. The handler may be on another node and have a copy, so the connection
        /// recognises a late one by the number.
        /// </summary>
        internal int Number { get; init; }
    }

    /// <summary>The peer has ended its stream with a FIN. It may still read.</summary>
    /// <param name="IncompleteFrame">The bytes of a frame that the peer did not finish; empty if there is none.</param>
    public sealed record PeerEof(ReadOnlyMemory<byte> IncompleteFrame) : ITcpMessage
    {
        /// <summary>The message without an incomplete frame.</summary>
        public static readonly PeerEof Instance = new(ReadOnlyMemory<byte>.Empty);
    }

    /// <summary>
    /// The peer broke a rule of the framing, and no further frame can be read. The handler may still send. The connection is closed with
    /// <see cref="CloseReason.BadFrame"/> when the handler has processed this message and the queued bytes are sent.
    /// </summary>
    /// <param name="Error">The rule, with the value that broke it.</param>
    public sealed record FrameFailed(FrameError Error) : ITcpMessage;

    /// <summary>The kernel has all bytes of a <see cref="Send"/> with a token. It does not mean that the peer has read them.</summary>
    /// <param name="Token">The token of that Send.</param>
    public sealed record Sent(object Token) : ITcpMessage;

    /// <summary>
    /// A <see cref="Send"/> was not sent, or not completely. It answers every Send that is refused (after <see cref="Closed"/> only those with a token),
    /// and every Send with a token that is in the queue when the connection ends.
    /// </summary>
    /// <param name="Token">The token of that Send; null if it had none.</param>
    /// <param name="Errno">
    /// ENOBUFS: the queue is full, and no byte of the Send was queued. EMSGSIZE: the Send is too large, or the framing refuses it. EPIPE: the connection is
    /// closing. ENOTCONN: there is no handler or no connection. ETIMEDOUT: the <see cref="ActorTcp.Send.Timeout"/> is over; no byte was sent if the
    /// connection continues. EINVAL: the bytes of a <see cref="Received.ToSend"/> were sent before, or the framing threw an exception. Any other error
    /// ended the connection, and a part may have been sent.
    /// </param>
    /// <param name="Text">The reason in words.</param>
    public sealed record SendFailed(object? Token, Errno Errno, string Text) : ITcpMessage
    {
        /// <summary>The .NET name of <see cref="Errno"/>.</summary>
        public System.Net.Sockets.SocketError SocketError => Errno.ToSocketError();
    }

    /// <summary>
    /// More than <see cref="ConnectionLimits.SendQueueHigh"/> bytes are queued. Reading is paused while more than this number of the queued bytes are
    /// answers to received bytes.
    /// </summary>
    /// <param name="Bytes">The number of queued bytes.</param>
    public sealed record QueueHigh(long Bytes) : ITcpMessage;

    /// <summary>After <see cref="QueueHigh"/>: at most <see cref="ConnectionLimits.SendQueueLow"/> bytes are queued.</summary>
    /// <param name="Bytes">The number of queued bytes.</param>
    public sealed record QueueLow(long Bytes) : ITcpMessage;

    /// <summary>The kernel has the bytes of all Sends before the <see cref="Flush"/>.</summary>
    /// <param name="Token">The token of that Flush.</param>
    public sealed record Flushed(object Token) : ITcpMessage;

    /// <summary>Answers <see cref="Shutdown"/>.</summary>
    /// <param name="How">The side of the command.</param>
    /// <param name="Errno">
    /// 0 on success. ENOTCONN: the connection is closing. ENOBUFS: the send queue is full. Any other error is the kernel's. If the kernel or a full queue
    /// refuses to end the sending side, sending continues.
    /// </param>
    public sealed record ShutdownDone(ShutdownHow How, Errno Errno) : ITcpMessage;

    /// <summary>To the taker of <see cref="Detach"/>: the socket is detached.</summary>
    /// <param name="Socket">The token of the socket. It can be taken once. If it is never taken, the socket is closed.</param>
    /// <param name="Unread">
    /// The bytes that no handler has processed: the bytes that the handler did not receive, and the bytes at which it failed if it was not restarted. In
    /// the stream they come before the bytes that the socket still has.
    /// </param>
    /// <param name="RemoteAddress">The peer.</param>
    public sealed record Detached(SocketHandoff Socket, ReadOnlyMemory<byte> Unread, SockAddr RemoteAddress) : ITcpMessage;

    /// <summary>Answers <see cref="SetFraming"/>.</summary>
    /// <param name="Framing">The framing; null if there is none now.</param>
    /// <param name="Offset">The offset in the stream, in bytes, of the first byte that the framing reads.</param>
    public sealed record FramingSet(IFraming? Framing, long Offset) : ITcpMessage;

    /// <summary>Answers <see cref="SetOption"/>.</summary>
    /// <param name="Option">The option.</param>
    public sealed record OptionSet(SocketOption Option) : ITcpMessage;

    /// <summary>Answers <see cref="GetOption"/>.</summary>
    /// <param name="Reading">The value.</param>
    public sealed record OptionValue(SocketReading Reading) : ITcpMessage;

    /// <summary>Answers <see cref="SetLimits"/>.</summary>
    /// <param name="Limits">The limits in force.</param>
    public sealed record LimitsSet(ConnectionLimits Limits) : ITcpMessage;

    /// <summary>An option, a value or limits could not be set or read.</summary>
    /// <param name="Command">The command that failed.</param>
    /// <param name="Errno">The reason: EINVAL for a value out of its range, EBADF on a connection that is closing, or the error of the kernel.</param>
    /// <param name="Text">The reason in words.</param>
    public sealed record OptionFailed(object Command, Errno Errno, string Text) : ITcpMessage;

    /// <summary>The connection has ended. The handler receives it exactly once, as the last message of the connection.</summary>
    /// <param name="Reason">Why it ended.</param>
    /// <param name="Errno">The error, if <paramref name="Reason"/> is <see cref="CloseReason.Error"/>; otherwise 0.</param>
    /// <param name="Text">The reason in words.</param>
    /// <param name="UnsentBytes">The number of queued bytes that the kernel has not accepted. They are lost.</param>
    public sealed record Closed(CloseReason Reason, Errno Errno, string Text, long UnsentBytes) : ITcpMessage
    {
        /// <summary>The .NET name of <see cref="Errno"/>.</summary>
        public System.Net.Sockets.SocketError SocketError => Errno.ToSocketError();
    }
}
