using Akka.Dispatch.SysMsg;
using static Akka.Dispatch.SysMsg.SystemMessages;

namespace Akka.Actor;

/// <summary>A watcher that is no actor: its task ends with the watched actor.</summary>
internal sealed class DeathWatchRef(IInternalActorRef watched, ActorSystem system) : TempActorRef(system)
{
    private readonly TaskCompletionSource<bool> _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<bool> Terminated => _terminated.Task;

    /// <summary>True when the actor has stopped, false when the wait has ended before.</summary>
    public static async Task<bool> WaitAsync(IActorRef target, Action? afterWatch, TimeSpan? timeout, CancellationToken token)
    {
        if (target is not IInternalActorRef watched)
            throw new InvalidOperationException($"{target} is not an {typeof(IInternalActorRef)} and cannot be death-watched");
        var watcher = new DeathWatchRef(watched, watched.Provider.System);
        watched.SendSystemMessage(new Watch(watched, watcher));
        afterWatch?.Invoke();
        try
        {
            return await watcher.Terminated.WaitAsync(timeout ?? Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return false;
        }
        finally
        {
            watched.SendSystemMessage(new Unwatch(watched, watcher));
            watcher.Release();
        }
    }

    public override void SendSystemMessage(ISystemMessage message)
    {
        if (message is DeathWatchNotification death && death.Actor.Equals(watched))
            _terminated.TrySetResult(true);
    }
}
