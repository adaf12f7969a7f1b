using Akka.Actor;

namespace Akka.Event;

/// <summary>Watches the subscribers of the event stream, and unsubscribes those that have stopped.</summary>
internal sealed class EventStreamUnsubscriber(EventStream eventStream, List<IActorRef> earlier) : ActorBase
{
    protected override void PreStart()
    {
        foreach (var subscriber in earlier)
            Context.Watch(subscriber);
    }

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Register register:
                Context.Watch(register.Actor);
                return true;
            case Terminated terminated:
                eventStream.Unsubscribe(terminated.ActorRef);
                return true;
            default:
                return false;
        }
    }

    internal sealed record Register(IActorRef Actor) : INoSerializationVerificationNeeded;
}
