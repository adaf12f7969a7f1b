using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

public partial class ActorCell
{
    /// <summary>Handles one user message.</summary>
    public void Invoke(Envelope envelope)
    {
        var message = envelope.Message;
        CurrentMessage = message;
        CurrentEnvelopeId++;
        Sender = envelope.Sender;
        try
        {
            if (_hasReceiveTimeout && message is not INotInfluenceReceiveTimeout)
                CancelReceiveTimeout();
            if (message is IAutoReceivedMessage)
                AutoReceiveMessage(envelope);
            else
                ReceiveMessage(message);
            CurrentMessage = null;
        }
        catch (Exception e)
        {
            HandleInvokeFailure(e);
        }

        if (_hasReceiveTimeout)
            CheckReceiveTimeout(message is not INotInfluenceReceiveTimeout);
    }

    /// <summary>For a test that calls the actor directly: failures are the caller's.</summary>
    public void ReceiveMessageForTest(Envelope envelope)
    {
        CurrentMessage = envelope.Message;
        CurrentEnvelopeId++;
        Sender = envelope.Sender;
        try
        {
            ReceiveMessage(envelope.Message);
        }
        finally
        {
            CurrentMessage = null;
            Sender = _system.DeadLetters;
        }
    }

    internal void InvokeSystemMessages(SystemMessage? messages)
    {
        while (messages is not null)
        {
            var message = messages;
            messages = message.Next;
            message.Next = null;
            var state = GetState();
            if (message.CanBeHandledIn(state))
                ApplySystemMessage(message);
            else
                (message.Next, Extras.Stashed) = (Extras.Stashed, message);

            if (IsTerminated)
            {
                SendToDeadLetters(messages);
                return;
            }

            if (_extras?.Stashed is { } stashed && GetState() < state)
            {
                _extras.Stashed = null;
                messages = SystemMessage.Reverse(stashed, messages);
            }
        }
    }

    internal void SendToDeadLetters(SystemMessage? messages)
    {
        while (messages is not null)
        {
            var message = messages;
            messages = message.Next;
            message.Next = null;
            try
            {
                _system.Mailboxes.DeadLetterMailbox.SystemEnqueue(_self, message);
            }
            catch (Exception e)
            {
                Publish(new Error(e, _self.Path.ToString(), GetType(), $"error while enqueuing {message} to deadletters: {e.Message}"));
            }
        }
    }

    protected internal virtual void AutoReceiveMessage(Envelope envelope)
    {
        if (_system.Settings.DebugAutoReceive)
            PublishDebug($"received AutoReceiveMessage {envelope.Message}");
        switch (envelope.Message)
        {
            case Terminated terminated:
                ReceiveTerminated(terminated);
                break;
            case Scheduler.TimerScheduler.TimerMessage timer:
                ReceiveTimer(timer);
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case PoisonPill:
                _self.Stop();
                break;
            case ActorSelectionMessage selection:
                Akka.Actor.ActorSelection.Deliver(_self, Sender, selection);
                break;
            case Identify identify:
                Sender.Tell(new ActorIdentity(identify.MessageId, _self), _self);
                break;
        }
    }

    protected virtual void ReceiveMessage(object message)
    {
        var actor = _actor!;
        var handled = actor.AroundReceive(_behavior!, message);
        if (_system.DebugReceive && actor is ILogReceive)
            PublishDebug($"received {(handled ? "handled" : "unhandled")} message {message} from {Sender.Path}");
    }

    private void ReceiveTimer(Scheduler.TimerScheduler.TimerMessage timer)
    {
        if (_actor is not IWithTimers { Timers: Scheduler.TimerScheduler timers } || !timers.TryAccept(timer))
            return;

        // A stash takes what is current: the user's message, not its wrapping.
        CurrentMessage = timer.Message;
        if (timer.Message is IAutoReceivedMessage)
            AutoReceiveMessage(new Envelope(timer.Message, Sender));
        else
            ReceiveMessage(timer.Message);
    }

    private void ApplySystemMessage(SystemMessage message)
    {
        try
        {
            message.Apply(this);
        }
        catch (Exception e)
        {
            HandleInvokeFailure(e);
        }
    }

    private SystemMessage.CellState GetState() =>
        _children is { IsWaitingForChildren: true } ? SystemMessage.CellState.WaitingForChildren
        : _mailbox.IsSuspended ? SystemMessage.CellState.Suspended
        : SystemMessage.CellState.Default;
}
