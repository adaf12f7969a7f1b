using Akka.Actor;

namespace ActorTcp.Groups;

/// <summary>The groups with a member on this node, and these members. Used by the group actor.</summary>
internal sealed class LocalGroups
{
    private readonly Dictionary<string, Dictionary<IActorRef, LocalMember>> _groups = [];
    private long _lastId;

    /// <summary>The number of groups with a member on this node.</summary>
    public int Count => _groups.Count;

    public Dictionary<string, Dictionary<IActorRef, LocalMember>> All => _groups;

    /// <summary>The members of a group by their actor; null if it has none here.</summary>
    public Dictionary<IActorRef, LocalMember>? Of(string group) => _groups.GetValueOrDefault(group);

    /// <summary>Adds a member, which must not be in the group.</summary>
    public LocalMember Add(string group, IActorRef actor, string name)
    {
        if (!_groups.TryGetValue(group, out var members))
        {
            _groups.Add(group, members = []);
        }

        var member = new LocalMember(++_lastId, group, actor, name);
        members.Add(actor, member);
        return member;
    }

    /// <summary>Removes a member. Returns null if the actor is not in the group.</summary>
    public LocalMember? Remove(string group, IActorRef actor)
    {
        if (!_groups.TryGetValue(group, out var members) || !members.Remove(actor, out var member))
        {
            return null;
        }

        if (members.Count == 0)
        {
            _groups.Remove(group);
        }

        return member;
    }
}

/// <summary>A member of a group on this node.</summary>
/// <param name="Id">The number of the membership. It is unique on the node until its actor system ends.</param>
/// <param name="Group">The group.</param>
/// <param name="Actor">The actor.</param>
/// <param name="Name">The name with which it joined.</param>
internal sealed record LocalMember(long Id, string Group, IActorRef Actor, string Name);
