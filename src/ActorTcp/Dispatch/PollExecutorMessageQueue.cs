using ActorTcp.EventLoop;
using Akka.Actor;
using Akka.Dispatch.MessageQueues;
using Akka.Dispatch;

namespace ActorTcp.Dispatch;

/// <summary>The message queue of one actor with a <see cref="PollExecutorMailbox"/>.</summary>
internal sealed class PollExecutorMessageQueue : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    /// <summary>
    /// An actor that is queued within this number of turns after its run has had no pause. It is more than 1, because a turn can end early when
    /// other threads use the processor.
    /// </summary>
    private const int TurnsWithoutPause = 4;

    /// <summary>The key of the application's data under which tests put a function that replaces each message of a poll loop's actors.</summary>
    internal const string ReplacementKey = "ActorTcp.Dispatch.Replacement";

    /// <summary>Null outside of tests, so the compiler removes the call.</summary>
    private static readonly Func<IActorRef, Envelope, Envelope>? Replacement = AppContext.GetData(ReplacementKey) as Func<IActorRef, Envelope, Envelope>;

    private readonly PollLoop _loop;
    private LoopQueue<Envelope> _envelopes;
    private int _queueings;

    internal PollExecutorMessageQueue(PollLoop loop, IActorRef owner)
    {
        _loop = loop;
        Owner = owner;
    }

    /// <summary>The actor that receives the messages.</summary>
    internal IActorRef Owner { get; }

    /// <summary>The last turn in which the actor ran.</summary>
    internal long LastRun { get; set; }

    /// <summary>
    /// Counts and returns the number of times in a row that the actor was queued without a pause. Called when the mailbox is queued, which happens
    /// at most once before each run.
    /// </summary>
    internal int QueueingsInARow(long turn) => _queueings = turn <= LastRun + TurnsWithoutPause ? _queueings + 1 : 0;

    /// <inheritdoc/>
    public bool HasMessages => !_envelopes.IsEmpty;

    /// <inheritdoc/>
    public int Count => _envelopes.Count;

    /// <inheritdoc/>
    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        if (Replacement is not null)
        {
            envelope = Replacement(Owner, envelope);
        }

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
    /// <remarks>Called by the stash of the actor, so on the loop's thread.</remarks>
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
