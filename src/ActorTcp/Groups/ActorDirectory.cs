using ActorTcp.Groups;
using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// Unique names of actors in an actor system, or on all nodes of its cluster. A name ends when its actor stops. Can be used from any thread.
/// <see cref="ActorTcpSystemExtensions.Directory"/> returns it.
/// </summary>
/// <remarks>
/// A name has 1 to 1,024 characters; other names throw <see cref="ArgumentException"/>. On a cluster a registration is known on the other nodes a moment
/// later. If two nodes register a name before they know of each other, both are <see cref="DirectoryProtocol.Registered"/> at first. Then the older one
/// keeps the name (with equal times: the one with the smaller node address), and the actors that registered it receive
/// <see cref="DirectoryProtocol.NameKept"/> and <see cref="DirectoryProtocol.NameLost"/>.
/// </remarks>
public sealed class ActorDirectory
{
    private readonly GroupActorRef _actor;

    internal ActorDirectory(GroupActorRef actor) => _actor = actor;

    /// <summary>
    /// Gives a name to an actor. The answer is <see cref="DirectoryProtocol.Registered"/>, or <see cref="DirectoryProtocol.NameTaken"/> with the actor that
    /// has the name.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="actor">The actor.</param>
    /// <param name="replyTo">
    /// Receives the answer, and a <see cref="DirectoryProtocol.NameLost"/> or <see cref="DirectoryProtocol.NameKept"/> later. Null, the default: the actor that
    /// makes the call, if one does.
    /// </param>
    /// <exception cref="ArgumentException">The name is null, empty or too long, or the actor is null or Nobody.</exception>
    public void Register(string name, IActorRef actor, IActorRef? replyTo = null) => _actor.Tell(
        new GroupCommand.Register(GroupActorRef.Checked(name), GroupActorRef.Checked(actor), replyTo ?? ActorCell.GetCurrentSelfOrNoSender(), null));

    /// <summary>
    /// Gives a name to an actor, and waits for the answer: <see cref="DirectoryProtocol.Registered"/>, or <see cref="DirectoryProtocol.NameTaken"/> with
    /// the actor that has the name.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="actor">The actor. It receives a <see cref="DirectoryProtocol.NameLost"/> or <see cref="DirectoryProtocol.NameKept"/> later.</param>
    /// <param name="cancellation">Stops the wait, and not the registration.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="ArgumentException">The name is null, empty or too long, or the actor is null or Nobody.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled, or the actor system has terminated.</exception>
    public Task<DirectoryProtocol.RegisterAnswer> RegisterAsync(string name, IActorRef actor, CancellationToken cancellation = default)
    {
        GroupActorRef.Checked(name);
        GroupActorRef.Checked(actor);
        cancellation.ThrowIfCancellationRequested();
        var answer = new TaskCompletionSource<DirectoryProtocol.RegisterAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _actor.Tell(new GroupCommand.Register(name, actor, actor, answer));
        return _actor.UntilTerminatedAsync(answer.Task, cancellation);
    }

    /// <summary>Takes a name from an actor. Without an effect if the actor does not have the name, or was registered on another node.</summary>
    /// <param name="name">The name.</param>
    /// <param name="actor">The actor.</param>
    /// <exception cref="ArgumentException">The name is null, empty or too long, or the actor is null or Nobody.</exception>
    public void Unregister(string name, IActorRef actor) =>
        _actor.Tell(new GroupCommand.Unregister(GroupActorRef.Checked(name), GroupActorRef.Checked(actor)));

    /// <summary>Finds the actor that has a name. The answer is <see cref="DirectoryProtocol.Found"/>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="replyTo">Receives the answer. Null, the default: the actor that makes the call, if one does.</param>
    /// <exception cref="ArgumentException">The name is null, empty or too long.</exception>
    public void Find(string name, IActorRef? replyTo = null) =>
        _actor.Tell(new GroupCommand.Find(GroupActorRef.Checked(name), replyTo ?? ActorCell.GetCurrentSelfOrNoSender()));

    /// <summary>Finds the actor that has a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellation">Stops the wait.</param>
    /// <returns>The actor, which may be on another node; null if no actor has the name.</returns>
    /// <exception cref="ArgumentException">The name is null, empty or too long.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled, or the actor system has terminated.</exception>
    public Task<IActorRef?> FindAsync(string name, CancellationToken cancellation = default)
    {
        GroupActorRef.Checked(name);
        return _actor.QueryAsync(actor => actor.FindActor(name), cancellation);
    }
}
