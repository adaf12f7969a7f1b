using ActorTcp.EventLoop;
using Akka.Actor;
using Akka.Dispatch.MessageQueues;
using Akka.Dispatch;

namespace ActorTcp.Dispatch;

/// <summary>The queue of <see cref="PollExecutorMailbox"/>.</summary>
internal sealed class PollExecutorMessageQueue : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    /// <summary>The number of turns within which an actor is queued again at once: a turn may end early when other threads take the processor.</summary>
    private const int AtOnce = 4;

    private readonly PollLoop _loop;
    private LoopQueue<Envelope> _envelopes;
    private int _queueings;

    internal PollExecutorMessageQueue(PollLoop loop, IActorRef owner)
    {
        _loop = loop;
        Owner = owner;
    }

    /// <summary>Whose mailbox it is.</summary>
    internal IActorRef Owner { get; }

    /// <summary>The turn in which the actor ran last.</summary>
    internal long LastRun { get; set; }

    /// <summary>Called when the actor's mailbox is queued, which happens once until it runs: counts how often that came at once after it ran.</summary>
    internal int QueueingsInARow(long turn) => _queueings = turn <= LastRun + AtOnce ? _queueings + 1 : 0;

    /// <inheritdoc/>
    public bool HasMessages => !_envelopes.IsEmpty;

    /// <inheritdoc/>
    public int Count => _envelopes.Count;

    /// <inheritdoc/>
    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        if (_loop.IsCurrent)
        {
            _envelopes.EnqueueLocal(envelope);
        }
        else
        {
            _envelopes.Push(envelope);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Called by a stash, that is, by the actor itself on the loop's thread.</remarks>
    public void EnqueueFirst(Envelope envelope) => _envelopes.EnqueueFirstLocal(envelope);

    /// <inheritdoc/>
    public bool TryDequeue(out Envelope envelope) => _envelopes.TryDequeue(out envelope);

    /// <inheritdoc/>
    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        ArgumentNullException.ThrowIfNull(deadletters);
        while (_envelopes.TryDequeue(out var envelope))
        {
            deadletters.Enqueue(owner, envelope);
        }
    }
}
