namespace Akka.Actor.Internal;

/// <summary>Takes the messages that a predicate lets through.</summary>
internal sealed class ReceiveHandler<T>(Action<T> handler, Predicate<T>? shouldHandle) : ReceiveHandler
{
    public override Type MessageType => typeof(T);

    public override bool TakesAll => shouldHandle is null;

    public override bool TryHandle(object message)
    {
        var typed = (T)message;
        if (shouldHandle?.Invoke(typed) == false)
            return false;
        handler(typed);
        return true;
    }
}
