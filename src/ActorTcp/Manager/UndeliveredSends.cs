using Akka.Actor;
using Akka.Event;

namespace ActorTcp.Manager;

/// <summary>
/// Releases the leased bytes of each <see cref="Send"/> that no actor takes: it was sent to a stopped actor, or to one that does not handle it.
/// Without this, the memory would be held until the garbage collector finds it.
/// </summary>
internal sealed class UndeliveredSends : UntypedActor
{
    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe<DeadLetter>(Self);
        Context.System.EventStream.Subscribe<UnhandledMessage>(Self);
    }

    protected override void OnReceive(object message)
    {
        if (message is DeadLetter { Message: Send lost })
        {
            lost.Drop();
        }
        else if (message is UnhandledMessage { Message: Send unhandled })
        {
            unhandled.Drop();
        }
    }
}
