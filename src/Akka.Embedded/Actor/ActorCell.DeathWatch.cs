using Akka.Actor.Internal;
using Akka.Event;
using static Akka.Dispatch.SysMsg.SystemMessages;

namespace Akka.Actor;

public partial class ActorCell
{
    // With the message that is wanted then, or null for Terminated.
    private ActorRefMap _watching;
    private ActorRefMap _watchedBy;

    public IActorRef Watch(IActorRef subject) => StartWatching(subject, null);

    public IActorRef WatchWith(IActorRef subject, object message) =>
        StartWatching(subject, message ?? throw new ArgumentNullException(nameof(message), "message must not be null"));

    public IActorRef Unwatch(IActorRef subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (_watching.Remove(subject, out _))
            ((IInternalActorRef)subject).SendSystemMessage(new Unwatch((IInternalActorRef)subject, _self));

        // One that is in the mailbox already is then no longer wanted.
        _extras?.TerminatedQueued?.Remove(subject);
        return subject;
    }

    /// <summary>A <see cref="Terminated"/> of this subject is on its way to the actor, and wanted.</summary>
    internal void TerminatedQueuedFor(IActorRef subject, object? customMessage) =>
        (Extras.TerminatedQueued ??= [])[subject] = customMessage;

    internal void WatchedActorTerminated(IActorRef actor, bool existenceConfirmed)
    {
        if (_watching.Remove(actor, out var customMessage) && !IsTerminating)
        {
            TerminatedQueuedFor(actor, customMessage);
            _self.Tell(new Terminated(actor, existenceConfirmed, addressTerminated: false), actor);
        }

        if (_children?.Contains(actor) == true)
            HandleChildTerminated(actor);
    }

    internal void AddWatcher(IActorRef watchee, IActorRef watcher)
    {
        if (watchee.Equals(_self) && !watcher.Equals(_self))
        {
            if (_watchedBy.TryAdd(watcher) && _system.Settings.DebugLifecycle)
                PublishDebug($"now watched by {watcher}");
        }
        else if (watcher.Equals(_self) && !watchee.Equals(_self))
        {
            Watch(watchee);
        }
        else
        {
            Publish(new Warning(_self.Path.ToString(), ActorType, $"BUG: illegal Watch({watchee},{watcher} for {_self}"));
        }
    }

    internal void RemoveWatcher(IActorRef watchee, IActorRef watcher)
    {
        if (watchee.Equals(_self) && !watcher.Equals(_self))
        {
            if (_watchedBy.Remove(watcher, out _) && _system.Settings.DebugLifecycle)
                PublishDebug($"no longer watched by {watcher}");
        }
        else if (watcher.Equals(_self) && !watchee.Equals(_self))
        {
            Unwatch(watchee);
        }
        else
        {
            Publish(new Warning(_self.Path.ToString(), ActorType, $"BUG: illegal Unwatch({watchee},{watcher} for {_self}"));
        }
    }

    private IActorRef StartWatching(IActorRef subject, object? customMessage)
    {
        if (subject is null)
            throw new ArgumentNullException(nameof(subject), "subject must not be null");
        var watchee = (IInternalActorRef)subject;
        if (!watchee.Equals(_self) && _watching.TryAdd(watchee, customMessage))
            watchee.SendSystemMessage(new Watch(watchee, _self));
        return subject;
    }

    private void ReceiveTerminated(Terminated terminated)
    {
        if (_extras?.TerminatedQueued?.Remove(terminated.ActorRef, out var customMessage) == true)
            ReceiveMessage(customMessage ?? terminated);
    }

    private void TellWatchersWeDied()
    {
        foreach (var watcher in _watchedBy.TakeAll())
        {
            // The parent is notified anyway.
            if (!watcher.Equals(Parent))
                ((IInternalActorRef)watcher).SendSystemMessage(new DeathWatchNotification(_self, existenceConfirmed: true));
        }
    }

    private void UnwatchWatchedActors()
    {
        if (_extras is not null)
            _extras.TerminatedQueued = null;
        foreach (var watchee in _watching.TakeAll())
            ((IInternalActorRef)watchee).SendSystemMessage(new Unwatch((IInternalActorRef)watchee, _self));
    }
}
