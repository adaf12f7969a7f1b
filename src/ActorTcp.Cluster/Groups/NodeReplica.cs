namespace ActorTcp.Cluster.Groups;

/// <summary>
/// What this node knows of the members and the names of another node. It follows the changes of that node in their order. Messages may be lost, repeated or
/// reordered: the replica never goes back to an older version, and reports a gap instead of applying changes after it.
/// </summary>
internal sealed class NodeReplica(IReplicaObserver observer)
{
    private State _state = new();
    private State? _incoming;
    private long _incomingVersion;
    private int _incomingParts;

    /// <summary>The number of applied changes of the node; -1 before its first state is known.</summary>
    public long Version { get; private set; } = -1;

    /// <summary>The names of the members of each group, by the number of the membership. No group is empty.</summary>
    public IReadOnlyDictionary<string, Dictionary<long, string>> Groups => _state.Groups;

    public IReadOnlyDictionary<string, ReplicaName> Names => _state.Names;

    /// <summary>Applies changes that the replica does not have yet.</summary>
    /// <param name="from">The version before the first change.</param>
    /// <param name="changes">The changes.</param>
    /// <returns>False if changes before them are missing.</returns>
    public bool TryApply(long from, IReadOnlyList<Change> changes)
    {
        if (Version < 0 || from > Version)
        {
            return false;
        }

        for (var i = (int)Math.Min(Version - from, changes.Count); i < changes.Count; i++)
        {
            Version++;
            _state.Apply(changes[i], observer);
        }

        return true;
    }

    /// <summary>Collects the parts of a state, and replaces the older state when the last part is there.</summary>
    /// <returns>False if a part before it is missing.</returns>
    public bool TryApply(GroupMessage.StatePart part)
    {
        if (part.Version <= Version)
        {
            return true;
        }

        if (part.Index == 0)
        {
            (_incoming, _incomingVersion, _incomingParts) = (new State(), part.Version, 0);
        }

        if (_incoming is null || part.Version != _incomingVersion || part.Index != _incomingParts)
        {
            _incoming = null;
            return false;
        }

        _incomingParts++;
        foreach (var change in part.Changes)
        {
            _incoming.Apply(change, null);
        }

        if (part.IsLast)
        {
            var (before, after) = (_state, _incoming);
            (_state, _incoming, Version) = (after, null, part.Version);
            ReportDifference(before, after);
        }

        return true;
    }

    /// <summary>Ends the replica, because the node was removed: all its members leave.</summary>
    public void Clear()
    {
        var before = _state;
        _state = new State();
        foreach (var (group, members) in before.Groups)
        {
            foreach (var name in members.Values)
            {
                observer.OnLeft(group, name, LeaveReason.NodeDown);
            }
        }
    }

    private void ReportDifference(State before, State after)
    {
        foreach (var (group, members) in before.Groups)
        {
            var present = after.Groups.GetValueOrDefault(group);
            foreach (var (id, name) in members)
            {
                if (present is null || !present.ContainsKey(id))
                {
                    observer.OnLeft(group, name, LeaveReason.Left);
                }
            }
        }

        foreach (var (group, members) in after.Groups)
        {
            var present = before.Groups.GetValueOrDefault(group);
            foreach (var (id, name) in members)
            {
                if (present is null || !present.ContainsKey(id))
                {
                    observer.OnJoined(group, name);
                }
            }
        }

        foreach (var (name, registration) in after.Names)
        {
            if (!before.Names.TryGetValue(name, out var known) || known != registration)
            {
                observer.OnRegistered(name, registration);
            }
        }
    }

    private sealed class State
    {
        public Dictionary<string, Dictionary<long, string>> Groups { get; } = [];

        public Dictionary<string, ReplicaName> Names { get; } = [];

        public void Apply(in Change change, IReplicaObserver? observer)
        {
            switch (change.Kind)
            {
                case ChangeKind.Joined:
                    Add(change, observer);
                    break;
                case ChangeKind.Left or ChangeKind.Stopped:
                    Remove(change, observer);
                    break;
                case ChangeKind.Registered:
                    Names[change.Subject] = new ReplicaName(change.Text, change.Id);
                    observer?.OnRegistered(change.Subject, Names[change.Subject]);
                    break;
                case ChangeKind.Unregistered:
                    Names.Remove(change.Subject);
                    break;
            }
        }

        private void Add(in Change change, IReplicaObserver? observer)
        {
            if (!Groups.TryGetValue(change.Subject, out var members))
            {
                Groups.Add(change.Subject, members = []);
            }

            if (members.TryAdd(change.Id, change.Text))
            {
                observer?.OnJoined(change.Subject, change.Text);
            }
        }

        private void Remove(in Change change, IReplicaObserver? observer)
        {
            if (!Groups.TryGetValue(change.Subject, out var members) || !members.Remove(change.Id, out var name))
            {
                return;
            }

            if (members.Count == 0)
            {
                Groups.Remove(change.Subject);
            }

            observer?.OnLeft(change.Subject, name, change.Kind == ChangeKind.Stopped ? LeaveReason.Stopped : LeaveReason.Left);
        }
    }
}

/// <summary>The registration of a name on another node.</summary>
/// <param name="Path">The path of the actor, with the address of its node.</param>
/// <param name="Since">The time of the registration: ticks in UTC.</param>
internal readonly record struct ReplicaName(string Path, long Since);

/// <summary>Is notified of the changes of a <see cref="NodeReplica"/>.</summary>
internal interface IReplicaObserver
{
    void OnJoined(string group, string name);

    void OnLeft(string group, string name, LeaveReason reason);

    void OnRegistered(string name, ReplicaName registration);
}
