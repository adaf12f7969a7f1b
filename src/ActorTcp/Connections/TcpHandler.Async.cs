using ActorTcp.Sockets;
using ActorTcp.Connections;
using Akka.Actor;

namespace ActorTcp;

/// <content>
/// Asynchronous processing. Akka does not notify a handler of the end of its tasks, so they are watched here. The current message is acknowledged when all
/// its tasks have ended. It counts as failed when one of them throws.
/// </content>
public abstract partial class TcpHandler
{
    /// <summary>
    /// A token that is cancelled when the connection has ended, also while a task of this handler runs. Its callbacks run on a thread of the thread pool. Before
    /// the handler has a connection, it is <see cref="CancellationToken.None"/>.
    /// </summary>
    protected CancellationToken Disconnected => _session.Disconnected;

    /// <summary>
    /// Sends bytes to the connection, and completes when the kernel has all of them or the Send has failed. Await it in a task of this handler
    /// (<see cref="RunTask(Func{Task})"/> or <c>ReceiveAsync</c>). The outcome does not go through the mailbox.
    /// </summary>
    /// <param name="bytes">The bytes. They must not change until the task has completed.</param>
    /// <returns>
    /// <see cref="Errno.None"/> on success, or the errno of the <see cref="ConnectionProtocol.SendFailed"/>. <see cref="Errno.ENOTCONN"/> without a connection.
    /// </returns>
    protected async Task<Errno> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_session.State != SessionState.Connected)
        {
            return Errno.ENOTCONN;
        }

        var outcome = await Connection.Ask<object>(new Send(bytes, token: nameof(SendAsync)), Timeout.InfiniteTimeSpan, Disconnected).ContinueWith(
            static ask => ask.IsCompletedSuccessfully ? ask.Result : null,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return outcome switch
        {
            ConnectionProtocol.Sent => Errno.None,
            ConnectionProtocol.SendFailed failed => failed.Errno,
            // The connection has ended before it could answer.
            _ => Errno.ENOTCONN,
        };
    }

    /// <summary>
    /// Runs a task. The handler processes no other message until the task has ended. The current message is acknowledged after it.
    /// </summary>
    /// <param name="action">The task. Its token is cancelled when the connection has ended (<see cref="Disconnected"/>).</param>
    /// <exception cref="ArgumentNullException"><paramref name="action"/> is null.</exception>
    protected void RunTask(Func<CancellationToken, Task> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        var disconnected = Disconnected;
        RunTask(() => action(disconnected));
    }

    /// <summary>
    /// Runs a task. The handler processes no other message until the task has ended. The current message is acknowledged after it.
    /// </summary>
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
