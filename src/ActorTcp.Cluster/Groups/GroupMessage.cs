using Akka.Actor;

namespace ActorTcp.Cluster.Groups;

/// <summary>What the group actors of two nodes send to each other. <see cref="GroupSerializer"/> encodes it.</summary>
/// <remarks>
/// <c>Uid</c> is the incarnation of the sending node in the cluster. <c>Version</c> is the number of changes of the sending node since its start. So the
/// receiver knows whether it has missed changes, and then it requests the whole state.
/// </remarks>
internal abstract record GroupMessage
{
    /// <summary>The version of the sender, at regular intervals.</summary>
    internal sealed record Digest(int Uid, long Version) : GroupMessage;

    /// <summary>The changes after a version.</summary>
    internal sealed record Delta(int Uid, long From, IReadOnlyList<Change> Changes) : GroupMessage;

    /// <summary>Requests the whole state, as <see cref="StatePart"/>s.</summary>
    internal sealed record StateRequest : GroupMessage
    {
        public static StateRequest Instance { get; } = new();
    }

    /// <summary>A part of the whole state at a version. All parts are sent in a row.</summary>
    internal sealed record StatePart(int Uid, long Version, int Index, bool IsLast, IReadOnlyList<Change> Changes) : GroupMessage;

    /// <summary>A Send to the members of a group on the receiving node.</summary>
    internal sealed record SendBytes(string Group, ReadOnlyMemory<byte> Bytes, TimeSpan? Timeout, IActorRef? Except) : GroupMessage;

    /// <summary>Another message to the members of a group on the receiving node.</summary>
    internal sealed record TellMembers(string Group, object Message, IActorRef? Except, IActorRef? Sender) : GroupMessage;

    /// <summary>An actor of the receiving node joins a group.</summary>
    internal sealed record Join(string Group, IActorRef Member, string Name) : GroupMessage;

    /// <summary>An actor of the receiving node leaves a group.</summary>
    internal sealed record Leave(string Group, IActorRef Member) : GroupMessage;
}
