using Akka.Actor;

namespace ActorTcp;

/// <summary>The messages that a watcher of <see cref="ActorPresence"/> receives. They can be sent within a node only.</summary>
public static class PresenceProtocol
{
    /// <summary>The present members of the group. It is the first message after <see cref="ActorPresence.Watch"/>.</summary>
    /// <param name="Group">The group.</param>
    /// <param name="Members">Its members on all nodes, in no particular order. The list does not change.</param>
    public sealed record Present(string Group, IReadOnlyList<GroupMember> Members) : INoSerializationVerificationNeeded;

    /// <summary>A member has joined the group.</summary>
    /// <param name="Group">The group.</param>
    /// <param name="Member">The member.</param>
    public sealed record Joined(string Group, GroupMember Member) : INoSerializationVerificationNeeded;

    /// <summary>A member has left the group. It was in <see cref="Present"/>, or in a <see cref="Joined"/> before.</summary>
    /// <param name="Group">The group.</param>
    /// <param name="Member">The member.</param>
    /// <param name="Reason">Why it has left.</param>
    public sealed record Left(string Group, GroupMember Member, LeaveReason Reason) : INoSerializationVerificationNeeded;
}
