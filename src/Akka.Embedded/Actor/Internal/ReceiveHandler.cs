namespace Akka.Actor.Internal;

internal abstract class ReceiveHandler
{
    public abstract Type MessageType { get; }

    /// <summary>Whether it handles every message of its type.</summary>
    public abstract bool TakesAll { get; }

    /// <summary>Is given messages of its type only; false if it does not want this one.</summary>
    public abstract bool TryHandle(object message);
}
