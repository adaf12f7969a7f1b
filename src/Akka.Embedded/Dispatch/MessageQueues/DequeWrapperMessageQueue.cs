using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>Puts messages before those of another queue; only on the actor's own turn, as a stash does.</summary>
public class DequeWrapperMessageQueue(IMessageQueue messageQueue) : IMessageQueue, IDequeBasedMessageQueueSemantics
{
    protected readonly IMessageQueue MessageQueue = messageQueue;

    private Stack<Envelope>? _first;

    public bool HasMessages => _first is { Count: > 0 } || MessageQueue.HasMessages;

    public int Count => (_first?.Count ?? 0) + MessageQueue.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope) => MessageQueue.Enqueue(receiver, envelope);

    public void EnqueueFirst(Envelope envelope) => (_first ??= new Stack<Envelope>()).Push(envelope);

    public bool TryDequeue(out Envelope envelope) =>
        (_first is not null && _first.TryPop(out envelope)) || MessageQueue.TryDequeue(out envelope);

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (_first is not null && _first.TryPop(out var envelope))
            deadletters.Enqueue(owner, envelope);
        MessageQueue.CleanUp(owner, deadletters);
    }
}
