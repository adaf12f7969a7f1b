namespace Akka.Actor.Internal;

/// <summary>Takes all messages of a type.</summary>
internal sealed class ReceiveHandler<T>(Action<T> handler) : ReceiveHandler
{
    public override bool TakesAll => typeof(T) == typeof(object);

    public override bool TryHandle(object message)
    {
        if (message is not T typed)
            return false;
        handler(typed);
        return true;
    }
}
