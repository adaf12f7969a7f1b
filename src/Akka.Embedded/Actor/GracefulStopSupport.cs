namespace Akka.Actor;

public static class GracefulStopSupport
{
    /// <summary>Sends a <see cref="PoisonPill"/>; true once the actor has stopped, false if it has not within the time-out.</summary>
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) =>
        GracefulStop(target, timeout, PoisonPill.Instance);

    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage) => DeathWatchRef.WaitAsync(
        target,
        () => target.Tell(stopMessage, ActorRefs.NoSender),
        timeout == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : timeout,
        CancellationToken.None);
}
