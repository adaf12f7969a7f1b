using Akka.Actor;

namespace ActorTcp;

/// <summary>
/// Asynchronous processing. Akka does not notify a handler of the end of its tasks, so each is watched here: the message that is being processed is
/// acknowledged when all its tasks have ended, and counts as failed when one throws.
/// </summary>
public abstract partial class TcpHandler
{
    /// <summary>Runs a task while the mailbox waits. The message that is being processed is acknowledged after it.</summary>
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
        var message = _session.AddTask();
        return async () =>
        {
            try
            {
                // After this the code runs in the actor again, whatever the handler itself awaits.
                await handler(argument);
            }
            catch
            {
                _session.FailTask(message);
                throw;
            }

            _session.Finish(message);
        };
    }
}
