using ActorTcp.Groups;
using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// The groups of an actor system, or of all nodes of its cluster. A group exists while it has members. Can be used from any thread.
/// <see cref="ActorTcpSystemExtensions.Groups"/> returns it.
/// </summary>
/// <remarks>
/// The calls of one thread, or of one actor, have their effect in their order. A name of a group or a member has 1 to 1,024 characters; other names throw
/// <see cref="ArgumentException"/>.
/// </remarks>
public sealed class ActorGroups
{
    private readonly GroupActorRef _actor;

    internal ActorGroups(GroupActorRef actor) => _actor = actor;

    /// <summary>Adds an actor to a group. It leaves the group when it stops.</summary>
    /// <remarks>An actor that is a member already keeps its membership. If the name is another one, it leaves and joins again with the new name.</remarks>
    /// <param name="group">The group.</param>
    /// <param name="member">A connection, a handler or any other actor.</param>
    /// <param name="name">The name that <see cref="ActorPresence"/> shows. It need not be unique. Defaults to the path of the actor.</param>
    /// <exception cref="ArgumentException">A name is null, empty or too long, or the member is null or Nobody.</exception>
    public void Join(string group, IActorRef member, string? name = null)
    {
        GroupActorRef.Checked(member);
        _actor.Tell(new GroupCommand.Join(GroupActorRef.Checked(group), member, GroupActorRef.Checked(name ?? member.Path.ToStringWithoutAddress(), nameof(name))));
    }

    /// <summary>Removes an actor from a group. Without an effect if it is not a member.</summary>
    /// <param name="group">The group.</param>
    /// <param name="member">The member.</param>
    /// <exception cref="ArgumentException">The group is null, empty or too long, or the member is null or Nobody.</exception>
    public void Leave(string group, IActorRef member) =>
        _actor.Tell(new GroupCommand.Leave(GroupActorRef.Checked(group), GroupActorRef.Checked(member)));

    /// <summary>
    /// Sends bytes to all members of a group. A connection sends them at once; another actor receives the <see cref="ActorTcp.Send"/>. Each node receives
    /// the bytes once, and encodes the frame once for all connections with the same framing object (<see cref="Framing.IFrameEncoder.IsStateless"/>).
    /// </summary>
    /// <remarks>
    /// There are no outcomes: the token of the Send is ignored. A member that cannot send the bytes, because it is slow or closed, has no effect on the
    /// others. The meter <c>actortcp.groups.undeliverable</c> counts it.
    /// </remarks>
    /// <param name="group">The group. Without members the Send has no effect.</param>
    /// <param name="send">The bytes. Leased bytes (<see cref="Received.ToSend"/>) are copied once, in this call.</param>
    /// <param name="except">A member that does not receive it, for example the connection of the sender. Null, the default: all members receive it.</param>
    /// <exception cref="ArgumentException">The group is null, empty or too long, or <paramref name="send"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">A connection has taken the leased bytes before.</exception>
    public void Send(string group, Send send, IActorRef? except = null)
    {
        ArgumentNullException.ThrowIfNull(send);
        _actor.Tell(new GroupCommand.Broadcast(GroupActorRef.Checked(group), send.ForGroup(), except, ActorRefs.NoSender));
    }

    /// <summary>Sends a message to all members of a group.</summary>
    /// <param name="group">The group. Without members the message has no effect.</param>
    /// <param name="message">The message. On a cluster Akka must be able to serialize it. A <see cref="ActorTcp.Send"/> is sent as by <see cref="Send"/>.</param>
    /// <param name="except">A member that does not receive it. Null, the default: all members receive it.</param>
    /// <param name="sender">The sender of the message. Null, the default: the actor that makes the call, if one does.</param>
    /// <exception cref="ArgumentException">The group is null, empty or too long, or the message is null.</exception>
    public void Tell(string group, object message, IActorRef? except = null, IActorRef? sender = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message is Send send)
        {
            Send(group, send, except);
            return;
        }

        _actor.Tell(new GroupCommand.Broadcast(GroupActorRef.Checked(group), message, except, sender ?? ActorCell.GetCurrentSelfOrNoSender()));
    }

    /// <summary>Reads the members of a group on all nodes.</summary>
    /// <param name="group">The group.</param>
    /// <param name="cancellation">Stops the wait.</param>
    /// <returns>The members, in no particular order; empty if there is no such group.</returns>
    /// <exception cref="ArgumentException">The group is null, empty or too long.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled, or the actor system has terminated.</exception>
    public Task<IReadOnlyList<GroupMember>> MembersAsync(string group, CancellationToken cancellation = default)
    {
        GroupActorRef.Checked(group);
        return _actor.QueryAsync(actor => actor.MembersOf(group), cancellation);
    }

    /// <summary>Counts the members of a group on all nodes.</summary>
    /// <param name="group">The group.</param>
    /// <param name="cancellation">Stops the wait.</param>
    /// <returns>The number of members, 0 if there is no such group.</returns>
    /// <exception cref="ArgumentException">The group is null, empty or too long.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled, or the actor system has terminated.</exception>
    public Task<int> CountAsync(string group, CancellationToken cancellation = default)
    {
        GroupActorRef.Checked(group);
        return _actor.QueryAsync(actor => actor.CountOf(group), cancellation);
    }

    /// <summary>Reads the names of all groups with a member on any node.</summary>
    /// <param name="cancellation">Stops the wait.</param>
    /// <returns>The names, in no particular order.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled, or the actor system has terminated.</exception>
    public Task<IReadOnlyCollection<string>> NamesAsync(CancellationToken cancellation = default) =>
        _actor.QueryAsync(actor => actor.GroupNames(), cancellation);
}
