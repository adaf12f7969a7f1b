namespace ActorTcp.Sockets;

/// <content>Making events.</content>
public sealed partial class PollDispatcher
{
    /// <summary>Makes an event; <see cref="Add"/> or <see cref="Once"/> registers it.</summary>
    /// <param name="method">What to wait for.</param>
    /// <param name="fd">The descriptor. What it stands for when the event is added counts.</param>
    /// <param name="callback">Called with <paramref name="arg"/> and the event in each turn in which the descriptor is ready. False removes the event.</param>
    /// <param name="errback">Called with the same after a callback that returned false or threw; <see cref="IoEvent.Error"/> then has the exception.</param>
    /// <param name="arg">What the callbacks receive.</param>
    /// <exception cref="ArgumentNullException">No callback.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such method.</exception>
    public IoEvent Event(IoMethod method, int fd, Func<object?, IoEvent, bool> callback, Action<object?, IoEvent>? errback = null, object? arg = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return new IoEvent(this, Checked(method), fd, callback, errback, arg);
    }

    /// <summary>As <see cref="Event(IoMethod, int, Func{object, IoEvent, bool}, Action{object, IoEvent}, object)"/>, with an async errback, whose exceptions go to the dispatcher's owner.</summary>
    /// <returns>As there.</returns>
    /// <exception cref="ArgumentNullException">No callback.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such method.</exception>
    [OverloadResolutionPriority(1)]
    public IoEvent Event(IoMethod method, int fd, Func<object?, IoEvent, bool> callback, Func<object?, IoEvent, Task>? errback, object? arg = null)
        => Event(method, fd, callback, errback is null ? null : Watched(errback), arg);

    /// <summary>As <see cref="Event(IoMethod, int, Func{object, IoEvent, bool}, Action{object, IoEvent}, object)"/>, with an argument of a type of its own: the callbacks need no cast.</summary>
    /// <typeparam name="T">The argument's type.</typeparam>
    /// <returns>The event, to be registered.</returns>
    /// <exception cref="ArgumentNullException">No callback.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such method.</exception>
    [OverloadResolutionPriority(2)]
    public IoEvent<T> Event<T>(IoMethod method, int fd, Func<T, IoEvent<T>, bool> callback, Action<T, IoEvent<T>>? errback = null, T arg = default!)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return new IoEvent<T>(this, Checked(method), fd, callback, errback, arg);
    }

    /// <summary>As <see cref="Event{T}(IoMethod, int, Func{T, IoEvent{T}, bool}, Action{T, IoEvent{T}}, T)"/>, with an async errback, whose exceptions go to the dispatcher's owner.</summary>
    /// <typeparam name="T">The argument's type.</typeparam>
    /// <returns>As there.</returns>
    /// <exception cref="ArgumentNullException">No callback.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such method.</exception>
    [OverloadResolutionPriority(3)]
    public IoEvent<T> Event<T>(IoMethod method, int fd, Func<T, IoEvent<T>, bool> callback, Func<T, IoEvent<T>, Task>? errback, T arg = default!)
        => Event(method, fd, callback, errback is null ? null : Watched(errback), arg);

    private static IoMethod Checked(IoMethod method)
        => method is IoMethod.Read or IoMethod.Write or IoMethod.Except
            ? method
            : throw new ArgumentOutOfRangeException(nameof(method), method, "no such method");

    private Action<TArg, TEvent> Watched<TArg, TEvent>(Func<TArg, TEvent, Task> errback)
        => (arg, ev) => CallbackTask.Watch(errback(arg, ev), this);
}
