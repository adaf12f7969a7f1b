namespace Akka.Actor.Internal;

/// <summary>Takes the messages of a type that a predicate lets through.</summary>
internal sealed class ReceiveHandler<T>(Action<T> handler, Predicate<T>? shouldHandle) : ReceiveHandler
{
    public override bool TakesAll => typeof(T) == typeof(object) && shouldHandle is null;

    public override bool TryHandle(object message)
    {
        if (message is not T typed || shouldHandle?.Invoke(typed) == false)
            return false;
        handler(typed);
        return true;
    }
}
