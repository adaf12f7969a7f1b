using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Cluster.Sessions;

/// <summary>A message of the sessions that may be sent to another node.</summary>
internal interface ISessionMessage : IDeadLetterSuppression;

/// <summary>A message to a session through its shard region.</summary>
internal interface IRoutedMessage : ISessionMessage
{
    string Token { get; }
}

/// <summary>
/// From a handler to a session: the connection wants to have the session. Sent again until it is answered by <see cref="Attached"/>, <see cref="Unknown"/>,
/// <see cref="Replaced"/> or <see cref="Ended"/>.
/// </summary>
/// <param name="Token">The session.</param>
/// <param name="Handler">The handler.</param>
/// <param name="Epoch">0 for a new attachment. Otherwise the number of the handler's attachment, whose session it has lost.</param>
/// <param name="IsNew">Whether the session begins.</param>
/// <param name="Received">The number of frames that the client has received.</param>
/// <param name="Written">The number of frames that the handler has written to its connection, or the client has received before.</param>
/// <param name="Attempt">The number of the client's attempt; 0 if the client does not number them.</param>
internal sealed record Attach(string Token, IActorRef Handler, long Epoch, bool IsNew, long Received, long Written, long Attempt) : IRoutedMessage;

/// <summary>Creates the session again from its replicated state, if it is not there. Not answered.</summary>
internal sealed record Revive(string Token) : IRoutedMessage;

/// <summary>From a handler to its session: a frame of the client.</summary>
internal sealed record ClientFrame(long Epoch, long Number, ReadOnlyMemory<byte> Bytes) : ISessionMessage;

/// <summary>From a handler to its session: the client has received the frames up to this one.</summary>
internal sealed record ClientAck(long Epoch, long Received) : ISessionMessage;

/// <summary>From a handler to its session: the connection has ended.</summary>
internal sealed record Detach(long Epoch) : ISessionMessage;

/// <summary>From a handler to its session: the session is over, because the client says so, or because a frame cannot be sent to it.</summary>
internal sealed record EndSession(long Epoch, SessionEndReason Reason) : ISessionMessage;

/// <summary>To a handler: its connection has the session.</summary>
/// <param name="Epoch">The number of this attachment.</param>
/// <param name="Accepted">The number of the client's frames that the session has, and that a majority of the nodes knows.</param>
internal sealed record Attached(long Epoch, long Accepted) : ISessionMessage;

/// <summary>To a handler: the session does not exist, or it has lost frames.</summary>
internal sealed record Unknown(string Token) : ISessionMessage;

/// <summary>To a handler: another connection has the session now.</summary>
internal sealed record Replaced(string Token) : ISessionMessage;

/// <summary>To a handler: the session has ended.</summary>
internal sealed record Ended(SessionEndReason Reason) : ISessionMessage;

/// <summary>To a handler: the progress of the client's frames.</summary>
/// <param name="Epoch">The attachment.</param>
/// <param name="Number">The session has the frames up to this one, so the handler forgets them.</param>
/// <param name="Acknowledged">
/// The client may be notified of the frames up to this one. It is less than <paramref name="Number"/> while many frames are not read by the client. A client that
/// limits its unacknowledged frames then sends no more.
/// </param>
internal sealed record Accepted(long Epoch, long Number, long Acknowledged) : ISessionMessage;

/// <summary>To a handler: a frame for the client.</summary>
internal sealed record ServerFrame(long Epoch, long Number, ReadOnlyMemory<byte> Bytes) : ISessionMessage;

/// <summary>To a handler, some time after other messages: the number of the last frame that was sent to it, so that it notices lost messages.</summary>
internal sealed record Sync(long Epoch, long Sent) : ISessionMessage;

/// <summary>From a session to a replica: a change of the session's state, or a part of all of it.</summary>
/// <param name="Token">The session.</param>
/// <param name="Term">The number of the instance of the session.</param>
/// <param name="Version">The number of the state after the change.</param>
/// <param name="Base">The number of the state to which the change applies; 0: it replaces all.</param>
/// <param name="Part">The part of the whole state, starting at 0. It is 0 if it is the only one.</param>
/// <param name="IsLast">Whether no further part follows.</param>
/// <param name="State">The state, with the frames that are added.</param>
internal sealed record Write(string Token, long Term, long Version, long Base, int Part, bool IsLast, SessionDelta State) : ISessionMessage;

/// <summary>The content of a <see cref="Write"/> or a <see cref="ReadAnswer"/>.</summary>
/// <param name="Epoch">The number of the last attachment.</param>
/// <param name="Attempt">The highest number of an attempt of the client.</param>
/// <param name="Accepted">The number of the client's frames that the session has.</param>
/// <param name="Received">The number of frames that the client has received.</param>
/// <param name="First">The number of the first frame in <paramref name="Frames"/>.</param>
/// <param name="Frames">Frames that the client may not have received.</param>
/// <param name="UserState">The state of the user's class; null: unchanged.</param>
/// <param name="IsRemoved">Whether the session has ended.</param>
/// <param name="IsMoving">Whether the session has left its node, so that another one must continue it.</param>
internal sealed record SessionDelta(
    long Epoch,
    long Attempt,
    long Accepted,
    long Received,
    long First,
    IReadOnlyList<ReadOnlyMemory<byte>> Frames,
    ReadOnlyMemory<byte>? UserState,
    bool IsRemoved,
    bool IsMoving = false);

/// <summary>From a replica to a session.</summary>
/// <param name="Token">The session.</param>
/// <param name="Term">The term of the <see cref="Write"/>.</param>
/// <param name="Version">The version of the <see cref="Write"/>.</param>
/// <param name="Outcome">Whether the replica has it.</param>
internal sealed record WriteAnswer(string Token, long Term, long Version, WriteOutcome Outcome) : ISessionMessage;

internal enum WriteOutcome
{
    /// <summary>The replica has the version.</summary>
    Stored,
    /// <summary>The replica has another version than the base, so it needs the whole state.</summary>
    NeedsAll,
    /// <summary>The replica knows a later instance of the session.</summary>
    Superseded,
}

/// <summary>From a session that begins to a replica: requests the state. Answered by one or several <see cref="ReadAnswer"/>.</summary>
internal sealed record Read(string Token, int Attempt) : ISessionMessage;

/// <summary>From a replica to a session: a part of the state. <c>Term</c> is 0 if the replica does not know the session.</summary>
internal sealed record ReadAnswer(string Token, int Attempt, long Term, long Version, int Part, bool IsLast, SessionDelta State) : ISessionMessage;

/// <summary>From the shard to a session: it moves to another node. Not sent across nodes.</summary>
internal sealed record MoveAway : INoSerializationVerificationNeeded
{
    public static readonly MoveAway Instance = new();
}

/// <summary>To itself.</summary>
internal sealed record Tick : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static readonly Tick Instance = new();
}

/// <summary>From a session to itself: commit what has changed.</summary>
internal sealed record Commit : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static readonly Commit Instance = new();
}
