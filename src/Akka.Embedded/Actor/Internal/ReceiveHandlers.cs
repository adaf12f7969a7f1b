namespace Akka.Actor.Internal;

/// <summary>The handlers of one behaviour of a <see cref="ReceiveActor"/>, while they are being added.</summary>
internal sealed class ReceiveHandlers
{
    private ReceiveHandler? _last;

    public ReceiveHandler? First { get; private set; }

    public void Add(ReceiveHandler handler)
    {
        if (_last is null)
            First = handler;
        else if (!_last.TakesAll)
            _last.Next = handler;
        else
            throw new InvalidOperationException(
                "A handler that catches all messages has been added. No handler can be added after that.");
        _last = handler;
    }
}
