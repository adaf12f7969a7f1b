using Akka.Actor;

namespace Akka.Event;

/// <summary>A logger that is no actor; so it works before and after there are actors.</summary>
public abstract class MinimalLogger : ActorRefBase
{
    public sealed override IActorRefProvider Provider => throw new NotSupportedException("This logger does not provide.");

    public sealed override ActorPath Path { get; } = new RootActorPath(Address.AllSystems, "/StandardOutLogger");

    protected sealed override void TellInternal(object message, IActorRef sender) =>
        Log(message ?? throw new ArgumentNullException(nameof(message), "The message to log must not be null."));

    protected abstract void Log(object message);
}
