namespace Akka.Actor;

public static class WatchAsyncSupport
{
    /// <summary>True once the actor has stopped, false if the token was cancelled before.</summary>
    public static Task<bool> WatchAsync(this IActorRef target, CancellationToken token = default) =>
        DeathWatchRef.WaitAsync(target, null, null, token);
}
