namespace ActorTcp.Sockets;

/// <content>The calls with a callback that returns a task.</content>
public sealed partial class Tcp
{
    /// <summary>
    /// As <see cref="Accept(Action{Tcp, SockAddr})"/>, with an async callback. The compiler prefers this one for an async lambda.
    /// </summary>
    /// <remarks>
    /// The callback begins on the dispatcher's thread and is not awaited: the next connection is taken meanwhile. After an
    /// await it continues on the thread pool. What it throws, before or after an await, goes to the dispatcher's owner as
    /// with any callback.
    /// </remarks>
    /// <param name="callback">Gets the connection and the peer's address; null takes the present callback away.</param>
    /// <returns>As <see cref="Accept(Action{Tcp, SockAddr})"/>.</returns>
    /// <exception cref="InvalidOperationException">As <see cref="Accept(Action{Tcp, SockAddr})"/>.</exception>
    [OverloadResolutionPriority(1)]
    public bool Accept(Func<Tcp, SockAddr, Task>? callback)
    {
        if (callback is null || SockFd < 0)
        {
            return Accept((Action<Tcp, SockAddr>?)null);
        }

        Readiness.Check("Tcp.Accept(callback)");
        return Readiness.OfThread() is { } dispatcher
            ? Accept(new TaskCallback<SockAddr>(callback, dispatcher).Call, dispatcher)
            : LastError.No(Errno.EMFILE);
    }

    /// <summary>
    /// As <c>CreateClient</c> with a callback, but with an async one. The compiler prefers this one for an async
    /// lambda. What the callback throws, before or after an await, goes to the dispatcher's owner as with any callback.
    /// </summary>
    /// <param name="addr">The peer's address. Null is <see cref="Errno.EINVAL"/>.</param>
    /// <param name="callback">Gets the object and the remote address; null for the address if the connect failed. After an await it continues on the thread pool.</param>
    /// <param name="timeout">As there.</param>
    /// <returns>As there.</returns>
    /// <exception cref="ArgumentNullException">No callback.</exception>
    /// <exception cref="InvalidOperationException">As there.</exception>
    public static Tcp? CreateClient(SockAddr? addr, Func<Tcp, SockAddr?, Task> callback, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        if (addr is null || timeout < TimeSpan.Zero)
        {
            return LastError.Null<Tcp>(Errno.EINVAL);
        }

        Readiness.Check("Tcp.CreateClient(addr, callback)");
        return Readiness.OfThread() is { } dispatcher
            ? CreateClient(addr, new TaskCallback<SockAddr?>(callback, dispatcher).Call, timeout, dispatcher)
            : LastError.Null<Tcp>(Errno.EMFILE);
    }
}
