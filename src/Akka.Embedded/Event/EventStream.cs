using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Dispatch;

namespace Akka.Event;

/// <summary>The event bus of a system. Actors that stop are unsubscribed.</summary>
public class EventStream(bool debug) : LoggingBus
{
    private static int _lastUnsubscriberId;

    private readonly Lock _starting = new();
    private List<IActorRef>? _pending = [];
    private IActorRef? _unsubscriber;

    public override bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        WatchOverBy(subscriber);
        if (debug)
            PublishDebug($"subscribing {subscriber} to channel {channel}");
        return base.Subscribe(subscriber, channel);
    }

    public override bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        if (debug)
            PublishDebug($"unsubscribing {subscriber} from channel {channel}");
        return base.Unsubscribe(subscriber, channel);
    }

    public override bool Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        if (debug)
            PublishDebug($"unsubscribing {subscriber} from all channels");
        return base.Unsubscribe(subscriber);
    }

    public void StartUnsubscriber(ActorSystemImpl system)
    {
        var name = $"EventStreamUnsubscriber-{Interlocked.Increment(ref _lastUnsubscriberId)}";
        lock (_starting)
        {
            var earlier = _pending!;
            _pending = null;
            _unsubscriber = system.SystemActorOf(
                Props.Create(() => new EventStreamUnsubscriber(this, earlier)).WithDispatcher(Dispatchers.InternalDispatcherId), name);
        }
    }

    private void WatchOverBy(IActorRef subscriber)
    {
        if (subscriber is MinimalLogger)
            return;
        lock (_starting)
        {
            if (_unsubscriber is null)
                _pending!.Add(subscriber);
            else
                _unsubscriber.Tell(new EventStreamUnsubscriber.Register(subscriber), ActorRefs.NoSender);
        }
    }

    private void PublishDebug(string message) => Publish(new Debug(GetType().Name, GetType(), message));
}
