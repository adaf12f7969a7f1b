namespace Akka.Actor.Internal;

/// <summary>
/// References, each with a value or null. A single one without a value, which is what most actors have if any, takes
/// this one field. A mutable struct, to be a field and never copied.
/// </summary>
internal struct ActorRefMap
{
    // Null, the one reference, or a dictionary from the second on.
    private object? _content;

    public bool TryAdd(IActorRef key, object? value = null)
    {
        if (_content is Dictionary<IActorRef, object?> many)
            return many.TryAdd(key, value);
        var one = (IActorRef?)_content;
        if (one?.Equals(key) == true)
            return false;
        if (one is null && value is null)
        {
            _content = key;
            return true;
        }

        many = [];
        if (one is not null)
            many.Add(one, null);
        many.Add(key, value);
        _content = many;
        return true;
    }

    public bool Remove(IActorRef key, out object? value)
    {
        if (_content is Dictionary<IActorRef, object?> many)
            return many.Remove(key, out value);
        value = null;
        if (_content is not IActorRef one || !one.Equals(key))
            return false;
        _content = null;
        return true;
    }

    /// <summary>Answers the references, and is empty then.</summary>
    public IReadOnlyCollection<IActorRef> TakeAll()
    {
        var taken = _content;
        _content = null;
        return taken switch
        {
            null => [],
            IActorRef one => [one],
            _ => ((Dictionary<IActorRef, object?>)taken).Keys,
        };
    }
}
