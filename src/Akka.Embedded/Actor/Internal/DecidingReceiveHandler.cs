namespace Akka.Actor.Internal;

/// <summary>Says by its result whether it took a message of the type.</summary>
internal sealed class DecidingReceiveHandler<T>(Func<T, bool> handler) : ReceiveHandler
{
    public override bool TakesAll => false;

    public override bool TryHandle(object message) => message is T typed && handler(typed);
}
