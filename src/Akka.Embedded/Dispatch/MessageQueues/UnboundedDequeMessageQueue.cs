using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>A queue that messages can be put at the head of; only on the actor's own turn, as a stash does.</summary>
public class UnboundedDequeMessageQueue : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly UnboundedMessageQueue _queue = new();
    private Stack<Envelope>? _first;

    public bool HasMessages => _first is { Count: > 0 } || _queue.HasMessages;

    public int Count => (_first?.Count ?? 0) + _queue.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope) => _queue.Enqueue(receiver, envelope);

    public void EnqueueFirst(Envelope envelope) => (_first ??= new Stack<Envelope>()).Push(envelope);

    public bool TryDequeue(out Envelope envelope) => (_first is not null && _first.TryPop(out envelope)) || _queue.TryDequeue(out envelope);

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (_first is not null && _first.TryPop(out var envelope))
            deadletters.Enqueue(owner, envelope);
        _queue.CleanUp(owner, deadletters);
    }
}
