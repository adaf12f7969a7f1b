using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>
/// The user messages of a mailbox. Any thread enqueues; only the thread on which the mailbox runs dequeues.
/// A message that was enqueued, or that is being enqueued, must show in <see cref="HasMessages"/> to a thread that
/// has made a full fence: a locked or interlocked operation in <see cref="Enqueue"/> does that.
/// </summary>
public interface IMessageQueue
{
    bool HasMessages { get; }

    int Count { get; }

    void Enqueue(IActorRef receiver, Envelope envelope);

    bool TryDequeue(out Envelope envelope);

    /// <summary>Called when the actor has stopped, to pass on what is left.</summary>
    void CleanUp(IActorRef owner, IMessageQueue deadletters);
}
