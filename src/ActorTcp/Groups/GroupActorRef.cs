using Akka.Actor;

namespace ActorTcp.Groups;

/// <summary>The group actor of a node, for the public objects. Can be used from any thread.</summary>
internal sealed class GroupActorRef(ActorSystem system, IActorRef actor)
{
    /// <summary>The maximum length of a name. A longer one could not be sent to another node.</summary>
    public const int MaxName = 1024;

    public void Tell(object command) => actor.Tell(command, ActorRefs.NoSender);

    public Task<T> QueryAsync<T>(Func<GroupActor, T> read, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var query = new GroupCommand.Query<T>(read);
        Tell(query);
        return UntilTerminatedAsync(query.Task, cancellation);
    }

    /// <summary>Waits for an answer of the group actor, which gives none after the actor system has terminated.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled, or the actor system has terminated.</exception>
    public async Task<T> UntilTerminatedAsync<T>(Task<T> answer, CancellationToken cancellation)
    {
        var first = await Task.WhenAny(answer, system.WhenTerminated).WaitAsync(cancellation).ConfigureAwait(false);
        return first == answer ? await answer.ConfigureAwait(false) : throw new OperationCanceledException($"The actor system '{system.Name}' has terminated");
    }

    /// <summary>Checks a name of a group, of a member or of the directory.</summary>
    public static string Checked(string name, [CallerArgumentExpression(nameof(name))] string argument = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(name, argument);
        return name.Length <= MaxName ? name : throw new ArgumentException($"{argument} has {name.Length} characters; it must have at most {MaxName}", argument);
    }

    public static IActorRef Checked(IActorRef actor, [CallerArgumentExpression(nameof(actor))] string argument = "")
    {
        ArgumentNullException.ThrowIfNull(actor, argument);
        return actor.IsNobody() ? throw new ArgumentException($"{argument} is Nobody; it must be an actor", argument) : actor;
    }
}
