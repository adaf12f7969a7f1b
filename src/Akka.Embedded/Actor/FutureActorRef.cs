namespace Akka.Actor;

/// <summary>Whom the asked one answers: completes the task of an Ask. What comes later is a dead letter.</summary>
/// <remarks>A failure fails the question, unless one of its kind is asked for; then it is judged by its type as any answer is.</remarks>
internal sealed class FutureActorRef<T>(TaskCompletionSource<T> result, ActorSystem system) : TempActorRef(system)
{
    protected override void TellInternal(object message, IActorRef sender)
    {
        var handled = message switch
        {
            Status.Failure failure when !typeof(T).IsAssignableTo(typeof(Status)) => Fail(failure.Cause),
            Failure failure when !typeof(T).IsAssignableTo(typeof(Failure)) => Fail(failure.Exception),
            T answer => result.TrySetResult(answer),
            null => result.TrySetResult(default!),
            _ => Reject(message),
        };
        if (!handled && !result.Task.IsCanceled)
            Provider.DeadLetters.Tell(message ?? (object?)default(T)!, this);
    }

    private bool Fail(Exception? cause) =>
        result.TrySetException(cause ?? new TaskCanceledException("Task cancelled by actor via Failure message."));

    private bool Reject(object message)
    {
        result.TrySetException(new ArgumentException(
            $"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]"));
        return false;
    }
}
