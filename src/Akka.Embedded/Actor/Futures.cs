namespace Akka.Actor;

public static class Futures
{
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) =>
        Ask<object>(self, message, timeout, CancellationToken.None);

    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) =>
        Ask<object>(self, message, null, cancellationToken);

    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        Ask<object>(self, message, timeout, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        Ask<T>(self, message, timeout, CancellationToken.None);

    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        Ask<T>(self, message, null, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var (result, asker) = Prepare<T>(self, timeout, cancellationToken);
        self.Tell(message, asker);
        return result;
    }

    /// <summary>The factory is given the reference that the answer is to be sent to.</summary>
    public static Task<T> Ask<T>(
        this ICanTell self, Func<IActorRef, object> messageFactory, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var (result, asker) = Prepare<T>(self, timeout, cancellationToken);
        self.Tell(messageFactory(asker), asker);
        return result;
    }

    private static (Task<T> Result, IActorRef Asker) Prepare<T>(ICanTell self, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var provider = FindProvider(self) ?? throw new ArgumentException("Unable to resolve the target Provider", nameof(self));
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asker = new FutureActorRef<T>(result, provider.System);
        var limit = timeout ?? provider.System.Settings.AskTimeout;
        var timer = limit <= TimeSpan.Zero ? null : new Timer(
            _ => result.TrySetException(new AskTimeoutException($"Timeout after {limit.TotalSeconds:F2} seconds")), null, limit, Timeout.InfiniteTimeSpan);
        var cancellation = cancellationToken.Register(() => result.TrySetCanceled());
        _ = result.Task.ContinueWith(
            _ =>
            {
                asker.Release();
                timer?.Dispose();
                cancellation.Dispose();
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return (result.Task, asker);
    }

    private static IActorRefProvider? FindProvider(ICanTell asked) => asked switch
    {
        ActorSelection selection => FindProvider(selection.Anchor),
        IInternalActorRef actor => actor.Provider,
        _ => ActorCell.Current?.SystemImpl.Provider,
    };
}
