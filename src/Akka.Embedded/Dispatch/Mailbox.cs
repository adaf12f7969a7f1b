using System.Diagnostics;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Dispatch.MessageQueues;
using Akka.Dispatch.SysMsg;
using static Akka.Dispatch.SysMsg.SystemMessages;

namespace Akka.Dispatch;

/// <summary>
/// The messages of one actor, and the turn that handles them. One word says whether it is scheduled, how often it is
/// suspended, or that it is closed; it runs on at most one thread at a time.
/// </summary>
public class Mailbox(IMessageQueue messageQueue) : IRunnable
{
    private const int Closed = 1;
    private const int Scheduled = 2;
    private const int SuspendUnit = 4;

    private ActorCell _actor = null!;

    // Newest first.
    private SystemMessage? _systemMessages;
    private int _status;

    public IMessageQueue MessageQueue { get; } = messageQueue;

    public MessageDispatcher Dispatcher => _actor.Dispatcher;

    internal ActorCell Actor => _actor;

    internal bool HasMessages => MessageQueue.HasMessages;

    internal int NumberOfMessages => MessageQueue.Count;

    internal bool IsClosed => Volatile.Read(ref _status) == Closed;

    internal bool IsSuspended => Volatile.Read(ref _status) >= SuspendUnit;

    internal int SuspendCount => Volatile.Read(ref _status) / SuspendUnit;

    internal bool HasSystemMessages => Volatile.Read(ref _systemMessages) is { } head && head != QueueClosed.Instance;

    public virtual void SetActor(ActorCell actorCell) => Volatile.Write(ref _actor, actorCell);

    void IThreadPoolWorkItem.Execute() => Run();

    public void Run()
    {
        ref var current = ref InternalCurrentActorCellKeeper.Value;
        var outer = current;
        current = _actor;
        try
        {
            if (!IsClosed)
            {
                ProcessSystemMessages();
                ProcessMessages();
            }
        }
        finally
        {
            current = outer;

            // A full fence between this and the look for messages: a sender whose message is missed sees it as idle.
            Interlocked.And(ref _status, ~Scheduled);
            _actor.Dispatcher.RegisterForExecution(this, hasMessageHint: false, hasSystemMessageHint: false);
        }
    }

    /// <summary>Marks it as scheduled if there is something to do that its status allows and nobody did so before.</summary>
    internal bool TrySchedule(bool hasMessageHint, bool hasSystemMessageHint)
    {
        var status = Volatile.Read(ref _status);
        while ((status & (Closed | Scheduled)) == 0)
        {
            var hasWork = hasSystemMessageHint || (hasMessageHint && status < SuspendUnit) || HasSystemMessages
                || (status < SuspendUnit && MessageQueue.HasMessages);
            if (!hasWork)
                return false;
            var seen = Interlocked.CompareExchange(ref _status, status | Scheduled, status);
            if (seen == status)
                return true;
            status = seen;
        }

        return false;
    }

    internal void Suspend() => AddToStatus(SuspendUnit);

    /// <summary>Answers whether user messages may be handled again.</summary>
    internal bool Resume() => AddToStatus(-SuspendUnit);

    internal void BecomeClosed() => Volatile.Write(ref _status, Closed);

    internal virtual void SystemEnqueue(IActorRef receiver, SystemMessage message)
    {
        var head = Volatile.Read(ref _systemMessages);
        while (head != QueueClosed.Instance)
        {
            message.Next = head;
            var seen = Interlocked.CompareExchange(ref _systemMessages, message, head);
            if (seen == head)
                return;
            head = seen;
        }

        message.Next = null;
        _actor.Dispatcher.Mailboxes.DeadLetterMailbox.SystemEnqueue(receiver, message);
    }

    /// <summary>
    /// After the actor has stopped: passes what is left to the dead letters, system messages first. Called again by
    /// each sender that had the mailbox in hand before it was closed, and has found it closed after it enqueued.
    /// </summary>
    public virtual void CleanUp()
    {
        if (_actor is null)
            return;
        var deadLetters = _actor.Dispatcher.Mailboxes.DeadLetterMailbox;
        var left = Interlocked.Exchange(ref _systemMessages, QueueClosed.Instance);
        if (left != QueueClosed.Instance)
            _actor.SendToDeadLetters(SystemMessage.Reverse(left));
        lock (MessageQueue)
            MessageQueue.CleanUp(_actor.Self, deadLetters.MessageQueue);
    }

    internal void ProcessSystemMessages()
    {
        while (HasSystemMessages)
        {
            var messages = SystemMessage.Reverse(Interlocked.Exchange(ref _systemMessages, null));
            _actor.InvokeSystemMessages(messages);
        }
    }

    private void ProcessMessages()
    {
        var actor = _actor;
        var dispatcher = actor.Dispatcher;
        var queue = MessageQueue;
        var left = Math.Max(1, dispatcher.Throughput);
        var deadline = dispatcher.ThroughputDeadlineTime is { } ticks ? Stopwatch.GetTimestamp() + MessageDispatcher.ToStopwatch(ticks) : 0;
        while ((Volatile.Read(ref _status) & ~Scheduled) == 0 && queue.TryDequeue(out var envelope))
        {
            actor.Invoke(envelope);
            if (Volatile.Read(ref _systemMessages) is not null)
                ProcessSystemMessages();
            // Odd but so: one more than the throughput says.
            if (left-- == 0 || (deadline != 0 && Stopwatch.GetTimestamp() >= deadline))
                return;
        }
    }

    private bool AddToStatus(int change)
    {
        var status = Volatile.Read(ref _status);
        while (status != Closed)
        {
            var next = status + change < 0 ? status : status + change;
            var seen = Interlocked.CompareExchange(ref _status, next, status);
            if (seen == status)
                return next < SuspendUnit;
            status = seen;
        }

        return false;
    }
}
