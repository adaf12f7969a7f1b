namespace Akka.Actor;

/// <summary>Tells the outcome of a task, a failure as <see cref="Status.Failure"/> unless it is mapped.</summary>
public static class PipeToSupport
{
    public static Task PipeTo<T>(
        this ValueTask<T> taskToPipe, ICanTell recipient, IActorRef? sender = null,
        Func<T, object?>? success = null, Func<Exception, object?>? failure = null) =>
        PipeTo(taskToPipe.AsTask(), recipient, sender, success, failure);

    public static Task PipeTo(
        this ValueTask taskToPipe, ICanTell recipient, IActorRef? sender = null,
        Func<object?>? success = null, Func<Exception, object?>? failure = null) =>
        PipeTo(taskToPipe.AsTask(), recipient, sender, success, failure);

    public static async Task PipeTo<T>(
        this Task<T> taskToPipe, ICanTell recipient, IActorRef? sender = null,
        Func<T, object?>? success = null, Func<Exception, object?>? failure = null)
    {
        try
        {
            var result = await taskToPipe.ConfigureAwait(false);
            recipient.Tell((success is null ? result : success(result))!, sender);
        }
        catch (Exception e)
        {
            recipient.Tell(failure is null ? new Status.Failure(e) : failure(e)!, sender);
        }
    }

    public static async Task PipeTo(
        this Task taskToPipe, ICanTell recipient, IActorRef? sender = null,
        Func<object?>? success = null, Func<Exception, object?>? failure = null)
    {
        try
        {
            await taskToPipe.ConfigureAwait(false);
            if (success is not null)
                recipient.Tell(success()!, sender);
        }
        catch (Exception e)
        {
            recipient.Tell(failure is null ? new Status.Failure(e) : failure(e)!, sender);
        }
    }
}
