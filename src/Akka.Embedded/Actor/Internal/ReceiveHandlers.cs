namespace Akka.Actor.Internal;

/// <summary>The handlers of one behaviour of a <see cref="ReceiveActor"/>, in their order.</summary>
internal sealed class ReceiveHandlers
{
    private (Type Type, ReceiveHandler Handler)[] _handlers = [];
    private int _count;
    private bool _isComplete;

    // The first handler that could take messages of the type seen last.
    private Type? _lastType;
    private int _lastFirst;

    public void Add(ReceiveHandler handler) => Add(handler, handler.MessageType);

    public void Add(ReceiveHandler handler, Type messageType)
    {
        if (_isComplete)
            throw new InvalidOperationException(
                "A handler that catches all messages has been added. No handler can be added after that.");
        if (_count == _handlers.Length)
            Array.Resize(ref _handlers, Math.Max(2, _count * 2));
        _handlers[_count++] = (messageType, handler);
        _lastType = null;
        _isComplete = handler.TakesAll && messageType == typeof(object);
    }

    /// <summary>Adds a handler that leaves nothing to later ones.</summary>
    public void AddLast(ReceiveHandler handler) => Add(handler, typeof(object));

    public bool TryHandle(object message)
    {
        var type = message.GetType();
        if (type != _lastType)
            FindFirst(type);
        var handlers = _handlers;
        for (var i = _lastFirst; i < _count; i++)
        {
            ref readonly var entry = ref handlers[i];
            if ((entry.Type == type || entry.Type.IsAssignableFrom(type)) && entry.Handler.TryHandle(message))
                return true;
        }

        return false;
    }

    private void FindFirst(Type type)
    {
        var first = 0;
        while (first < _count && !_handlers[first].Type.IsAssignableFrom(type))
            first++;
        _lastType = type;
        _lastFirst = first;
    }
}
