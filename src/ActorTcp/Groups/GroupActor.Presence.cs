using Akka.Actor;

namespace ActorTcp.Groups;

/// <content>The watchers of groups.</content>
internal partial class GroupActor
{
    private readonly Dictionary<string, HashSet<IActorRef>> _watchers = [];

    /// <summary>A member has joined, on any node.</summary>
    protected void NotifyJoined(string group, GroupMember member)
    {
        if (_watchers.TryGetValue(group, out var watchers))
        {
            Notify(watchers, new PresenceProtocol.Joined(group, member));
        }
    }

    /// <summary>A member has left, on any node.</summary>
    protected void NotifyLeft(string group, GroupMember member, LeaveReason reason)
    {
        if (_watchers.TryGetValue(group, out var watchers))
        {
            Notify(watchers, new PresenceProtocol.Left(group, member, reason));
        }
    }

    private void WatchPresence(string group, IActorRef watcher)
    {
        if (!_watchers.TryGetValue(group, out var watchers))
        {
            _watchers.Add(group, watchers = []);
        }

        if (watchers.Add(watcher))
        {
            UsesOf(watcher).Watched.Add(group);
            watcher.Tell(new PresenceProtocol.Present(group, MembersOf(group)), Self);
        }
    }

    private void UnwatchPresence(string group, IActorRef watcher)
    {
        if (!_watchers.TryGetValue(group, out var watchers) || !watchers.Remove(watcher))
        {
            return;
        }

        if (watchers.Count == 0)
        {
            _watchers.Remove(group);
        }

        EndUse(watcher, uses => uses.Watched.Remove(group));
    }

    private void Notify(HashSet<IActorRef> watchers, object message)
    {
        foreach (var watcher in watchers)
        {
            Send(watcher, message, Self);
        }
    }
}
