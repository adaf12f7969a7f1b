using Akka.Actor.Internal;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>
/// An actor that registers a handler per type of message, in its constructor and in what it becomes. The first one
/// that fits, in the order of registration, handles a message.
/// </summary>
public abstract class ReceiveActor : UntypedActor, IInitializableActor
{
    private readonly ReceiveHandlers _initial = new();

    // The set that Receive and its like add to; null when none is being configured.
    private ReceiveHandlers? _configuring;

    protected ReceiveActor()
    {
        _configuring = _initial;
    }

    void IInitializableActor.Init() => _configuring = null;

    protected sealed override void OnReceive(object message) => Handle(message, _initial);

    protected void Become(Action configure) => base.Become(Configure(configure));

    protected void BecomeStacked(Action configure) => base.BecomeStacked(Configure(configure));

    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null) =>
        Configuring.Add(new ReceiveHandler<T>(handler, shouldHandle));

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    protected void Receive<T>(Func<T, bool> handler) => Configuring.Add(new DecidingReceiveHandler<T>(handler));

    protected void Receive(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        Configuring.Add(new ReceiveHandler<object>(handler, shouldHandle), messageType);

    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Receive(messageType, handler, shouldHandle);

    protected void Receive(Type messageType, Func<object, bool> handler) =>
        Configuring.Add(new DecidingReceiveHandler<object>(handler), messageType);

    protected void ReceiveAny(Action<object> handler) => Configuring.AddLast(new ReceiveHandler<object>(handler, null));

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

        return message => Handle(message, handlers);
    }

    private void Handle(object message, ReceiveHandlers handlers)
    {
        if (!handlers.TryHandle(message))
            Unhandled(message);
    }
}
