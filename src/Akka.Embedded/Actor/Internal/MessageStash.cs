using Akka.Dispatch;

namespace Akka.Actor.Internal;

/// <summary>The stash of one incarnation. Used on the actor's turn only.</summary>
internal sealed class MessageStash : IStash
{
    private readonly ActorCell _cell;
    private readonly IDequeBasedMessageQueueSemantics _queue;
    private readonly LinkedList<Envelope> _messages = new();
    private int _lastEnvelopeId;

    public MessageStash(ActorCell cell, bool unbounded)
    {
        _cell = cell;
        _queue = cell.Mailbox.MessageQueue as IDequeBasedMessageQueueSemantics ?? throw new ActorInitializationException(
            cell.Self,
            $"DequeBasedMailbox required, got: {cell.Mailbox.GetType().Name}\n"
            + "An (unbounded) deque-based mailbox can be configured as follows:\n"
            + "my-custom-mailbox {\n"
            + "    mailbox-type = \"Akka.Dispatch.UnboundedDequeBasedMailbox\"\n"
            + "}\n");
        var given = cell.Props.Deploy.StashCapacity;
        Capacity = unbounded ? Deploy.NoStashSize
            : given != Deploy.NoStashSize ? given
            : cell.System.Mailboxes.StashCapacity(cell.Props.Dispatcher, cell.Props.Mailbox);
    }

    public int Count => _messages.Count;

    public bool IsEmpty => Count == 0;

    public bool NonEmpty => Count > 0;

    public bool IsFull => Capacity >= 0 && Count >= Capacity;

    public int Capacity { get; }

    public void Stash()
    {
        var message = _cell.CurrentMessage!;
        if (_cell.CurrentEnvelopeId == _lastEnvelopeId)
            throw new IllegalActorStateException($"Can't stash the same message {message} more than once");
        _lastEnvelopeId = _cell.CurrentEnvelopeId;
        if (Capacity > 0 && Count >= Capacity)
            throw new StashOverflowException($"Couldn't enqueue message {message} from ${_cell.Sender} to stash of {_cell.Self}");
        _messages.AddLast(new Envelope(message, _cell.Sender));
    }

    public void Unstash()
    {
        if (_messages.First is not { } first)
            return;
        _messages.RemoveFirst();
        EnqueueFirst(first.Value);
    }

    public void UnstashAll() => UnstashAll(static _ => true);

    public void UnstashAll(Func<Envelope, bool> predicate)
    {
        // Those that are not wanted back are dropped, as in Akka.NET.
        try
        {
            for (var node = _messages.Last; node is not null; node = node.Previous)
            {
                if (predicate(node.Value))
                    EnqueueFirst(node.Value);
            }
        }
        finally
        {
            _messages.Clear();
        }
    }

    public IEnumerable<Envelope> ClearStash()
    {
        var messages = _messages.ToArray();
        _messages.Clear();
        return messages;
    }

    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        foreach (var envelope in envelopes.Distinct().Reverse())
            _messages.AddFirst(envelope);
    }

    private void EnqueueFirst(Envelope envelope)
    {
        _queue.EnqueueFirst(envelope);
        if (envelope.Message is Terminated terminated)
            _cell.TerminatedQueuedFor(terminated.ActorRef, null);
    }
}
