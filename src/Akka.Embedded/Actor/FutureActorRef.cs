namespace Akka.Actor;

/// <summary>Whom the asked one answers: completes the task of an Ask. What comes later is a dead letter.</summary>
internal sealed class FutureActorRef<T>(TaskCompletionSource<T> result, ActorSystem system) : TempActorRef(system)
{
    protected override void TellInternal(object message, IActorRef sender)
    {
        var handled = message switch
        {
            T answer => result.TrySetResult(answer),
            null => result.TrySetResult(default!),
            Status.Failure failure => result.TrySetException(
                failure.Cause ?? new TaskCanceledException("Task cancelled by actor via Failure message.")),
            _ => Reject(message),
        };
        if (!handled && !result.Task.IsCanceled)
            Provider.DeadLetters.Tell(message ?? (object?)default(T)!, this);
    }

    private bool Reject(object message)
    {
        result.TrySetException(new ArgumentException(
            $"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]"));
        return false;
    }
}
