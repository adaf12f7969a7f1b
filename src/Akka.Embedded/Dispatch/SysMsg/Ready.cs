using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>Tells who started an actor that it has been created, and has handled what it was sent until then.</summary>
internal sealed class Ready : SystemMessage
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Returns when all of these actors are ready, or have stopped, or the time is up.</summary>
    public static void Await(TimeSpan limit, params IEnumerable<IActorRef> actors) => Task.WhenAll(actors.Select(Ask)).Wait(limit);

    public void Set() => _reached.TrySetResult();

    internal override void Apply(ActorCell cell) => Set();

    private static Task Ask(IActorRef actor)
    {
        var ready = new Ready();
        ((IInternalActorRef)actor).SendSystemMessage(ready);
        return ready._reached.Task;
    }
}
