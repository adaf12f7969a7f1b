using System.Collections.Concurrent;

namespace Akka.Event;

/// <summary>Brings events to those who subscribed to their class or to one above it.</summary>
public abstract class EventBus<TEvent, TClassifier, TSubscriber>
    where TClassifier : notnull
    where TSubscriber : notnull
{
    private readonly Dictionary<TClassifier, List<TSubscriber>> _subscribers = [];
    private volatile ConcurrentDictionary<TClassifier, TSubscriber[]> _cache = new();

    public virtual bool Subscribe(TSubscriber subscriber, TClassifier classifier)
    {
        lock (_subscribers)
        {
            if (!_subscribers.TryGetValue(classifier, out var list))
                _subscribers.Add(classifier, list = []);
            if (list.Contains(subscriber))
                return false;
            list.Add(subscriber);
            _cache = new ConcurrentDictionary<TClassifier, TSubscriber[]>();
            return true;
        }
    }

    public virtual bool Unsubscribe(TSubscriber subscriber, TClassifier classifier)
    {
        lock (_subscribers)
        {
            if (!_subscribers.TryGetValue(classifier, out var list) || !list.Remove(subscriber))
                return false;
            _cache = new ConcurrentDictionary<TClassifier, TSubscriber[]>();
            return true;
        }
    }

    public virtual bool Unsubscribe(TSubscriber subscriber)
    {
        lock (_subscribers)
        {
            var found = false;
            foreach (var list in _subscribers.Values)
                found |= list.Remove(subscriber);
            _cache = new ConcurrentDictionary<TClassifier, TSubscriber[]>();
            return found;
        }
    }

    public virtual void Publish(TEvent @event)
    {
        var classifier = GetClassifier(@event);
        if (!_cache.TryGetValue(classifier, out var subscribers))
            subscribers = FindSubscribers(@event, classifier);
        foreach (var subscriber in subscribers)
            Publish(@event, subscriber);
    }

    protected abstract bool Classify(TEvent @event, TClassifier classifier);

    protected abstract TClassifier GetClassifier(TEvent @event);

    protected abstract void Publish(TEvent @event, TSubscriber subscriber);

    private TSubscriber[] FindSubscribers(TEvent @event, TClassifier classifier)
    {
        lock (_subscribers)
        {
            var found = _subscribers.Where(s => Classify(@event, s.Key)).SelectMany(s => s.Value).Distinct().ToArray();
            _cache[classifier] = found;
            return found;
        }
    }
}
