using Akka.Actor.Internal;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>
/// An actor that registers a handler per type of message, in its constructor and in what it becomes. The first one
/// that fits, in the order of registration, handles a message.
/// </summary>
public abstract class ReceiveActor : UntypedActor, IInitializableActor
{
    private ReceiveHandler? _initial;

    // What Receive and its like add to; null when nothing is being configured.
    private ReceiveHandlers? _configuring = new();

    void IInitializableActor.Init()
    {
        _initial = _configuring?.First;
        _configuring = null;
    }

    protected sealed override void OnReceive(object message) => Handle(message, _initial);

    protected void Become(Action configure) => base.Become(Configure(configure));

    protected void BecomeStacked(Action configure) => base.BecomeStacked(Configure(configure));

    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null) =>
        Configuring.Add(shouldHandle is null ? new ReceiveHandler<T>(handler) : new FilteredReceiveHandler<T>(handler, shouldHandle));

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    protected void Receive<T>(Func<T, bool> handler) => Configuring.Add(new DecidingReceiveHandler<T>(handler));

    protected void Receive(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        Receive(handler, Both(messageType, shouldHandle));

    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Receive(messageType, handler, shouldHandle);

    protected void Receive(Type messageType, Func<object, bool> handler) =>
        Configuring.Add(new DecidingReceiveHandler<object>(message => messageType.IsInstanceOfType(message) && handler(message)));

    protected void ReceiveAny(Action<object> handler) => Receive<object>(handler);

    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) => Receive(Async(handler), shouldHandle);

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => Receive(Async(handler), shouldHandle);

    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null) =>
        Receive(messageType, Async(handler), shouldHandle);

    protected void ReceiveAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        Receive(messageType, Async(handler), shouldHandle);

    protected void ReceiveAnyAsync(Func<object, Task> handler) => ReceiveAny(Async(handler));

    private ReceiveHandlers Configuring => _configuring ?? throw new InvalidOperationException(
        "You may only call Receive-methods when constructing the actor and inside Become().");

    private static Action<T> Async<T>(Func<T, Task> handler) => message => ActorTaskScheduler.RunTask(() => handler(message));

    private static Predicate<object>? Both(Type messageType, Predicate<object>? shouldHandle) =>
        messageType == typeof(object) ? shouldHandle
        : shouldHandle is null ? messageType.IsInstanceOfType
        : message => messageType.IsInstanceOfType(message) && shouldHandle(message);

    private UntypedReceive Configure(Action configure)
    {
        var outer = _configuring;
        var handlers = new ReceiveHandlers();
        _configuring = handlers;
        try
        {
            configure();
        }
        finally
        {
            _configuring = outer;
        }

        var first = handlers.First;
        return message => Handle(message, first);
    }

    private void Handle(object message, ReceiveHandler? first)
    {
        for (var handler = first; handler is not null; handler = handler.Next)
        {
            if (handler.TryHandle(message))
                return;
        }

        Unhandled(message);
    }
}
