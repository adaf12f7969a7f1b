namespace Akka.Actor.Internal;

/// <summary>Says by its result whether it took the message.</summary>
internal sealed class DecidingReceiveHandler<T>(Func<T, bool> handler) : ReceiveHandler
{
    public override Type MessageType => typeof(T);

    public override bool TakesAll => false;

    public override bool TryHandle(object message) => handler((T)message);
}
