namespace Akka.Actor.Internal;

/// <summary>Takes the messages of a type that a predicate lets through.</summary>
internal sealed class FilteredReceiveHandler<T>(Action<T> handler, Predicate<T> shouldHandle) : ReceiveHandler
{
    public override bool TakesAll => false;

    public override bool TryHandle(object message)
    {
        if (message is not T typed || !shouldHandle(typed))
            return false;
        handler(typed);
        return true;
    }
}
