using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// Asynchronous processing. Akka tells a handler nothing of the end of its tasks, so each is watched here: the bytes being
/// processed are taken when it has ended, and count as failed when it throws.
/// </summary>
public abstract partial class TcpHandler
{
    /// <summary>Runs a task during which the mailbox rests; what is being processed is taken when it has ended.</summary>
    /// <param name="action">The task.</param>
    protected new void RunTask(Func<Task> action) => base.RunTask(Watched(static action => action(), action));

    /// <inheritdoc cref="ReceiveActor.ReceiveAsync{T}(Func{T, Task}, Predicate{T})"/>
    protected new void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) =>
        Receive(Watching(handler), shouldHandle);

    /// <inheritdoc cref="ReceiveActor.ReceiveAsync{T}(Predicate{T}, Func{T, Task})"/>
    protected new void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) =>
        Receive(shouldHandle, Watching(handler));

    /// <inheritdoc cref="ReceiveActor.ReceiveAsync(Type, Func{object, Task}, Predicate{object})"/>
    protected new void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null) =>
        Receive(messageType, Watching(handler), shouldHandle);

    /// <inheritdoc cref="ReceiveActor.ReceiveAsync(Type, Predicate{object}, Func{object, Task})"/>
    protected new void ReceiveAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        Receive(messageType, shouldHandle, Watching(handler));

    /// <inheritdoc cref="ReceiveActor.ReceiveAnyAsync(Func{object, Task})"/>
    protected new void ReceiveAnyAsync(Func<object, Task> handler) => ReceiveAny(Watching(handler));

    private Action<T> Watching<T>(Func<T, Task> handler) => message => base.RunTask(Watched(handler, message));

    private Func<Task> Watched<T>(Func<T, Task> handler, T argument)
    {
        var processing = _processing;
        _unfinished++;
        return async () =>
        {
            try
            {
                // Back in the actor behind this, whatever the handler itself awaits in whatever way.
                await handler(argument);
            }
            catch
            {
                FailOver(processing);
                throw;
            }

            Finish(processing);
        };
    }

    /// <summary>Ignored from a task of an instance that has been restarted or stopped meanwhile, or behind another failure.</summary>
    private void FailOver(object? processing)
    {
        if (ReferenceEquals(processing, _processing))
        {
            Fail();
        }
    }
}
