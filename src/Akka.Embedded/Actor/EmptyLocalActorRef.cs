using Akka.Dispatch.SysMsg;
using Akka.Event;
using static Akka.Dispatch.SysMsg.SystemMessages;

namespace Akka.Actor;

/// <summary>The reference to a path without an actor: answers for it as a dead one would, and passes the rest to the dead letters.</summary>
public class EmptyLocalActorRef(IActorRefProvider provider, ActorPath path, EventStream eventStream) : ActorRefBase
{
    public override ActorPath Path => path;

    public override IActorRefProvider Provider => provider;

    public override bool IsTerminated => true;

    public override void SendSystemMessage(ISystemMessage message) => SpecialHandle(message, provider.DeadLetters);

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is null)
            throw new InvalidMessageException();
        if (message is DeadLetter letter)
            SpecialHandle(letter.Message, letter.Sender);
        else if (!SpecialHandle(message, sender))
            eventStream.Publish(new DeadLetter(message, Known(sender), this));
    }

    protected virtual bool SpecialHandle(object message, IActorRef sender)
    {
        switch (message)
        {
            case Watch watch:
                if (watch.Watchee.Equals(this) && !watch.Watcher.Equals(this))
                    watch.Watcher.SendSystemMessage(new DeathWatchNotification(watch.Watchee, existenceConfirmed: false));
                return true;
            case Unwatch:
                return true;
            case Identify identify:
                sender?.Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
                return true;
            case ActorSelectionMessage { Message: Identify identify } selection:
                if (!selection.WildCardFanOut)
                    sender?.Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
                return true;
            case ActorSelectionMessage selection:
                if (!Suppress(selection.Message, sender))
                    eventStream.Publish(new DeadLetter(selection.Message, Known(sender), this));
                return true;
            default:
                return Suppress(message, sender);
        }
    }

    private protected IActorRef Known(IActorRef? sender) => sender.IsNobody() ? provider.DeadLetters : sender!;

    private bool Suppress(object message, IActorRef sender)
    {
        if (!IsSuppressed(message))
            return false;
        eventStream.Publish(new SuppressedDeadLetter(message, Known(sender), this));
        return true;
    }

    /// <summary>The message asks for it, or one that it wraps does.</summary>
    private static bool IsSuppressed(object message)
        => message is IDeadLetterSuppression || (message is IWrappedMessage wrapped && IsSuppressed(wrapped.Message));
}
