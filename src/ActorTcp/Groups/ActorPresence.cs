using ActorTcp.Groups;
using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// Reports who is in a group, on all nodes. Can be used from any thread. <see cref="ActorTcpSystemExtensions.Presence"/> returns it.
/// </summary>
/// <remarks>
/// A watcher receives <see cref="PresenceProtocol.Present"/> once, and then a <see cref="PresenceProtocol.Joined"/> or a
/// <see cref="PresenceProtocol.Left"/> for each change. It need not be a member.
/// </remarks>
public sealed class ActorPresence
{
    private readonly GroupActorRef _actor;

    internal ActorPresence(GroupActorRef actor) => _actor = actor;

    /// <summary>Begins to report the members of a group. It ends with <see cref="Unwatch"/>, or when the watcher stops.</summary>
    /// <remarks>If the actor watches the group already, the call has no effect.</remarks>
    /// <param name="group">The group. It may be without members.</param>
    /// <param name="watcher">Receives the messages of <see cref="PresenceProtocol"/>. It must be an actor of this node.</param>
    /// <exception cref="ArgumentException">The group is null, empty or too long, or the watcher is null, Nobody or on another node.</exception>
    public void Watch(string group, IActorRef watcher)
    {
        if (GroupActorRef.Checked(watcher) is IActorRefScope { IsLocal: false })
        {
            throw new ArgumentException($"{watcher} is on another node; a watcher must be on this one", nameof(watcher));
        }

        _actor.Tell(new GroupCommand.Watch(GroupActorRef.Checked(group), watcher));
    }

    /// <summary>Ends the reports to a watcher. Messages that were sent before may still arrive.</summary>
    /// <param name="group">The group.</param>
    /// <param name="watcher">The watcher.</param>
    /// <exception cref="ArgumentException">The group is null, empty or too long, or the watcher is null or Nobody.</exception>
    public void Unwatch(string group, IActorRef watcher) =>
        _actor.Tell(new GroupCommand.Unwatch(GroupActorRef.Checked(group), GroupActorRef.Checked(watcher)));
}
