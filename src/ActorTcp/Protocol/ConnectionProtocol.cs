using ActorTcp.Settings;
using ActorTcp.Framing;
using ActorTcp.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorTcp;

/// <summary>
/// What a connection is told, and what it tells its handler. Commands are imperative, events past tense.
/// <see cref="Send"/> and <see cref="Received"/> stand in files of their own.
/// </summary>
public static class ConnectionProtocol
{
    /// <summary>Makes an actor the connection's handler, which is told <see cref="Connected"/>. Once per connection: otherwise the sender is told <see cref="RegisterFailed"/>.</summary>
    /// <param name="Handler">Who is told of received bytes and of the end.</param>
    /// <param name="KeepOpenOnPeerEof">
    /// Whether the connection stays open for sending when the peer has ended its side, until the handler closes it.
    /// Otherwise it is closed by itself once the handler has processed <see cref="PeerEof"/> and what it sent is gone.
    /// </param>
    /// <param name="Pull">Whether a <see cref="Received"/> comes only for each <see cref="Read"/>.</param>
    /// <param name="Framing">How the stream is cut into frames, each a <see cref="Received"/>; what is sent is a frame's payload. Null: bytes as they come and go.</param>
    public sealed record Register(IActorRef Handler, bool KeepOpenOnPeerEof = false, bool Pull = false, IFraming? Framing = null) : INoSerializationVerificationNeeded
    {
        /// <summary>The handler.</summary>
        public IActorRef Handler { get; init => field = MessageArgument.NotNull(value, nameof(Handler)); } = MessageArgument.NotNull(Handler);
    }

    /// <summary>Of a connection in pull mode: one more <see cref="Received"/>. They add up.</summary>
    public sealed record Read : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly Read Instance = new();
    }

    /// <summary>Tells no more <see cref="Received"/> until <see cref="ResumeReading"/>; the peer is slowed down by TCP itself.</summary>
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

    /// <summary>Asks to be told <see cref="Flushed"/> when the kernel has everything that was sent before.</summary>
    /// <param name="Token">Comes back.</param>
    public sealed record Flush(object Token) : INoSerializationVerificationNeeded
    {
        /// <summary>Comes back.</summary>
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

    /// <summary>Closes: what was sent before goes out first. What is sent behind it is refused.</summary>
    public sealed record Close : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly Close Instance = new();
    }

    /// <summary>As <see cref="Close"/>, but first ends only the sending side and goes on receiving until the peer has ended its own.</summary>
    public sealed record ConfirmedClose : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly ConfirmedClose Instance = new();
    }

    /// <summary>Closes at once with a reset (RFC 9293, 3.10.5); what was not sent is lost.</summary>
    public sealed record Abort : INoSerializationVerificationNeeded
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly Abort Instance = new();
    }

    /// <summary>
    /// Gives the socket away: when what was sent before has gone out and a <see cref="TcpHandler"/> has taken what it was told, the taker is told <see cref="HandedOver"/>, the handler
    /// <see cref="Closed"/>, and the connection stops.
    /// </summary>
    /// <param name="Taker">The actor that receives <see cref="HandedOver"/>, or <see cref="GiveAwayFailed"/> if the connection ends before.</param>
    public sealed record GiveAway(IActorRef Taker) : INoSerializationVerificationNeeded
    {
        /// <summary>The actor that receives the socket.</summary>
        public IActorRef Taker { get; init => field = MessageArgument.NotNull(value, nameof(Taker)); } = MessageArgument.NotNull(Taker);
    }

    /// <summary>To the taker: the connection ends, or has ended, and the socket is not given away.</summary>
    /// <param name="Errno">EBADF: the connection was closing already. Otherwise why it ended; 0 if not by an error.</param>
    /// <param name="Text">The same in words.</param>
    public sealed record GiveAwayFailed(Errno Errno, string Text) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>
    /// Cuts the stream into frames from the first byte on that the handler has not been told, and makes frames of what is sent
    /// from now on. A <see cref="TcpHandler"/>, or a handler in pull mode, that changes the framing while it processes a frame
    /// changes it right behind that frame; another may have been told later ones already. Answered by <see cref="FramingSet"/> or <see cref="OptionFailed"/>.
    /// </summary>
    /// <param name="Framing">The framing; null: bytes as they come and go.</param>
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

    /// <summary>Changes the limits from now on. Answered by <see cref="LimitsSet"/>, or <see cref="OptionFailed"/> where they break a rule.</summary>
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
    /// <param name="Connection">Whom to tell <see cref="Send"/> and <see cref="Close"/>.</param>
    /// <param name="RemoteAddress">The peer.</param>
    /// <param name="LocalAddress">The address that the peer connected to.</param>
    public sealed record Connected(IActorRef Connection, SockAddr RemoteAddress, SockAddr LocalAddress) : INoSerializationVerificationNeeded;

    /// <summary>
    /// To a <see cref="TcpHandler"/> that failed: the connection is as it was, and goes on when this has been processed.
    /// </summary>
    /// <param name="Connection">As in <see cref="Connected"/>.</param>
    /// <param name="RemoteAddress">The peer.</param>
    /// <param name="LocalAddress">The address that the peer connected to.</param>
    /// <param name="Offset">Where in the stream the bytes (with a framing: the frame, its header included) of the message that failed begin, or, where none failed, the next ones.</param>
    /// <param name="Bytes">The bytes of the <see cref="Received"/> that failed; none where the handler failed over something else. They are not told again.</param>
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
    }

    /// <summary>The peer has ended its side (a FIN): nothing more will be received. It may still read.</summary>
    /// <param name="IncompleteFrame">What came of a frame that the peer did not finish, as it came; empty where there is none.</param>
    public sealed record PeerEof(ReadOnlyMemory<byte> IncompleteFrame) : INoSerializationVerificationNeeded
    {
        /// <summary>Without an incomplete frame.</summary>
        public static readonly PeerEof Instance = new(ReadOnlyMemory<byte>.Empty);
    }

    /// <summary>
    /// What the peer sent breaks a rule of the framing, and cannot be read on. The handler may still send; the connection is closed
    /// (<see cref="CloseReason.BadFrame"/>) once the handler has processed this and what it sent has gone out.
    /// </summary>
    /// <param name="Error">Which rule, with the numbers.</param>
    public sealed record FrameFailed(FrameError Error) : INoSerializationVerificationNeeded;

    /// <summary>The kernel has all bytes of a <see cref="Send"/> that asked for an outcome.</summary>
    /// <param name="Token">The token of that Send.</param>
    public sealed record Sent(object Token) : INoSerializationVerificationNeeded;

    /// <summary>A <see cref="Send"/> did not go out. Told for every Send that is refused (behind <see cref="Closed"/> only where it asked for an outcome), and for those in the queue that had asked for one when the connection ended.</summary>
    /// <param name="Token">The token of that Send; null where it had none.</param>
    /// <param name="Errno">ENOBUFS: the queue is full, nothing of it was taken. EMSGSIZE: the framing refuses it, nothing of it was taken. EPIPE: the connection is closing. ETIMEDOUT: the <see cref="ActorTcp.Send.Timeout"/> is over, nothing of it was sent if the connection goes on. Else the connection's error; a part may have gone out.</param>
    /// <param name="Text">The same in words.</param>
    public sealed record SendFailed(object? Token, Errno Errno, string Text) : INoSerializationVerificationNeeded;

    /// <summary>More bytes wait to be sent than <see cref="ConnectionLimits.SendQueueHigh"/>; nothing is read from the peer meanwhile.</summary>
    /// <param name="Bytes">How many.</param>
    public sealed record QueueHigh(long Bytes) : INoSerializationVerificationNeeded;

    /// <summary>After <see cref="QueueHigh"/>: no more than <see cref="ConnectionLimits.SendQueueLow"/> wait.</summary>
    /// <param name="Bytes">How many.</param>
    public sealed record QueueLow(long Bytes) : INoSerializationVerificationNeeded;

    /// <summary>The kernel has everything that was sent before that <see cref="Flush"/>.</summary>
    /// <param name="Token">The token of that Flush.</param>
    public sealed record Flushed(object Token) : INoSerializationVerificationNeeded;

    /// <summary>Answers <see cref="Shutdown"/>.</summary>
    /// <param name="How">Which side.</param>
    /// <param name="Errno">0, or why not: ENOTCONN. If the kernel refuses to end the sending side, sending goes on.</param>
    public sealed record ShutdownDone(ShutdownHow How, Errno Errno) : INoSerializationVerificationNeeded;

    /// <summary>To the taker of <see cref="GiveAway"/>.</summary>
    /// <param name="Socket">The socket, to be taken once; it closes itself where nobody does.</param>
    /// <param name="Unread">What was received and not told to the handler, or what a handler that was given up failed over; which comes before anything that the socket gives.</param>
    /// <param name="RemoteAddress">The peer.</param>
    public sealed record HandedOver(SocketHandoff Socket, ReadOnlyMemory<byte> Unread, SockAddr RemoteAddress) : INoSerializationVerificationNeeded;

    /// <summary>Answers <see cref="SetFraming"/>.</summary>
    /// <param name="Framing">The framing.</param>
    /// <param name="Offset">The offset in the stream from the peer of the first byte that it reads.</param>
    public sealed record FramingSet(IFraming? Framing, long Offset) : INoSerializationVerificationNeeded;

    /// <summary>Answers <see cref="SetOption"/>.</summary>
    /// <param name="Option">The option.</param>
    public sealed record OptionSet(SocketOption Option) : INoSerializationVerificationNeeded;

    /// <summary>Answers <see cref="GetOption"/>.</summary>
    /// <param name="Value">Which.</param>
    /// <param name="Result">The value, of the type that <see cref="SocketValue"/> names.</param>
    public sealed record OptionValue(SocketValue Value, object Result) : INoSerializationVerificationNeeded;

    /// <summary>Answers <see cref="SetLimits"/>.</summary>
    /// <param name="Limits">The limits in force.</param>
    public sealed record LimitsSet(ConnectionLimits Limits) : INoSerializationVerificationNeeded;

    /// <summary>An option, a value or limits could not be had.</summary>
    /// <param name="Command">The command that failed.</param>
    /// <param name="Errno">Why.</param>
    /// <param name="Text">The same in words.</param>
    public sealed record OptionFailed(object Command, Errno Errno, string Text) : INoSerializationVerificationNeeded;

    /// <summary>The connection has ended. Exactly one per connection, and the last that it tells its handler.</summary>
    /// <param name="Reason">Who or what ended it.</param>
    /// <param name="Errno">The error, where <paramref name="Reason"/> is <see cref="CloseReason.Error"/>; else 0.</param>
    /// <param name="Text">The reason in words.</param>
    /// <param name="UnsentBytes">How many bytes were taken from senders and never reached the kernel.</param>
    public sealed record Closed(CloseReason Reason, Errno Errno, string Text, long UnsentBytes) : INoSerializationVerificationNeeded;
}
