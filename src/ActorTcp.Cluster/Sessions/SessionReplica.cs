using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using AkkaCluster = Akka.Cluster.Cluster;

namespace ActorTcp.Cluster.Sessions;

/// <summary>
/// The copies that this node has of the sessions of one type. A session sends each change to the replicas of all nodes.
/// </summary>
/// <remarks>
/// Akka.DistributedData would keep a mark of each key that was ever deleted, would send the whole state of a session for each change, and could not send a state
/// that is larger than a remote frame. A session has one writer, so numbered changes are enough.
/// </remarks>
internal sealed class SessionReplica : ReceiveActor
{
    private readonly SessionType _type;
    private readonly AkkaCluster _cluster = AkkaCluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, Copy> _copies = [];
    private readonly HashSet<Address> _members = [];

    /// <summary>Sessions whose node has left or died, or that have left their node, until another node has written them.</summary>
    private readonly HashSet<string> _orphans = [];

    private long _lastSweep = Environment.TickCount64;
    private ICancelable? _ticks;

    public SessionReplica(SessionType type)
    {
        _type = type;
        Receive<Write>(Store);
        Receive<Read>(Answer);
        Receive<Tick>(_ => OnTick());
        Receive<ClusterEvent.CurrentClusterState>(state =>
        {
            foreach (var member in state.Members)
            {
                Update(member);
            }

            Publish();
        });
        Receive<ClusterEvent.MemberRemoved>(removed =>
        {
            Update(removed.Member);
            Publish();
            AddOrphansOf(removed.Member.Address);
        });
        Receive<ClusterEvent.IMemberEvent>(changed =>
        {
            Update(changed.Member);
            Publish();
        });
    }

    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent));
        var period = _type.Options.RetryInterval;
        _ticks = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(period, period, Self, Tick.Instance, Self);
    }

    protected override void PostStop()
    {
        _ticks?.Cancel();
        _cluster.Unsubscribe(Self);
    }

    private void Update(Member member)
    {
        if (_type.Options.Role is { } role && !member.HasRole(role))
        {
            return;
        }

        // A node that leaves keeps its copies until it has left.
        if (member.Status is MemberStatus.Up or MemberStatus.Leaving)
        {
            _members.Add(member.Address);
        }
        else
        {
            _members.Remove(member.Address);
        }
    }

    private void Publish() => _type.SetReplicas([.. _members.Order(Member.AddressOrdering)]);

    private void AddOrphansOf(Address address)
    {
        var count = _orphans.Count;
        foreach (var (token, copy) in _copies)
        {
            if (copy.Owner == address)
            {
                copy.Owner = null;
                _orphans.Add(token);
            }
        }

        if (_orphans.Count > count)
        {
            _log.Info(
                "{Count} sessions of type {SessionType} continue on other nodes, because {Node} has left the cluster", _orphans.Count - count, _type.Name, address);
            ReviveOrphans();
        }
    }

    /// <summary>
    /// Starts the orphans on other nodes. Only the first node does this. It does it again until they have written, because a region may not know yet that a node
    /// has left.
    /// </summary>
    private void ReviveOrphans()
    {
        _orphans.RemoveWhere(token => !_copies.TryGetValue(token, out var copy) || copy.Owner is not null || copy.Current is not { IsRemoved: false });

        // Without another node, the region of a node that leaves would wait for one.
        if (_type.Replicas.Nodes is [var first, ..] && first == _cluster.SelfAddress && !_cluster.IsTerminated && _cluster.SelfMember.Status == MemberStatus.Up)
        {
            foreach (var token in _orphans)
            {
                _type.Region.Tell(new Revive(token), ActorRefs.NoSender);
            }
        }
    }

    private void OnTick()
    {
        ReviveOrphans();
        if (Environment.TickCount64 - _lastSweep > _type.Options.Timeout.TotalMilliseconds)
        {
            _lastSweep = Environment.TickCount64;
            DropStale();
        }
    }

    private void Store(Write write)
    {
        if (!_copies.TryGetValue(write.Token, out var copy))
        {
            _copies.Add(write.Token, copy = new Copy());
        }

        var outcome = copy.Store(write);
        if (outcome == WriteOutcome.Stored)
        {
            copy.Owner = copy.Current!.IsMoving ? null : Sender.Path.Address.HasGlobalScope ? Sender.Path.Address : _cluster.SelfAddress;
            if (copy.Owner is null)
            {
                _orphans.Add(write.Token);
            }
        }

        if (outcome is not null)
        {
            Sender.Tell(new WriteAnswer(write.Token, write.Term, write.Version, outcome.Value));
        }
    }

    private void Answer(Read read)
    {
        if (!_copies.TryGetValue(read.Token, out var copy) || copy.Current is not { } record)
        {
            Sender.Tell(new ReadAnswer(read.Token, read.Attempt, 0, 0, 0, true, new SessionRecord().Delta(1, [], null)));
            return;
        }

        var parts = record.Parts();
        for (var i = 0; i < parts.Count; i++)
        {
            Sender.Tell(new ReadAnswer(read.Token, read.Attempt, copy.Term, copy.Version, i, i == parts.Count - 1, parts[i]));
        }
    }

    /// <summary>Drops the copies of sessions that have written nothing for a long time. Living sessions write at least once in each half of the time-out.</summary>
    private void DropStale()
    {
        var limit = _type.StaleAfter;
        foreach (var token in _copies.Where(copy => copy.Value.Age > limit).Select(copy => copy.Key).ToList())
        {
            _copies.Remove(token);
        }
    }

    /// <summary>The copy of one session.</summary>
    private sealed class Copy
    {
        private long _changed;
        private Incoming? _incoming;

        public long Term { get; private set; }

        public long Version { get; private set; }

        /// <summary>Null until a whole state has arrived.</summary>
        public SessionRecord? Current { get; private set; }

        /// <summary>The node of the session; null: not known.</summary>
        public Address? Owner { get; set; }

        public TimeSpan Age => TimeSpan.FromMilliseconds(Environment.TickCount64 - _changed);

        /// <summary>Stores a change. Null: more parts follow.</summary>
        public WriteOutcome? Store(Write write)
        {
            _changed = Environment.TickCount64;
            if (write.Term < Term)
            {
                return WriteOutcome.Superseded;
            }

            if (write.Term == Term && write.Version <= Version)
            {
                // It was sent again.
                return write.IsLast ? WriteOutcome.Stored : null;
            }

            if (write.Base == 0)
            {
                return StoreWhole(write);
            }

            if (write.Term != Term || write.Base != Version || Current is null)
            {
                return WriteOutcome.NeedsAll;
            }

            Current.Apply(write.State);
            Version = write.Version;
            return WriteOutcome.Stored;
        }

        private WriteOutcome? StoreWhole(Write write)
        {
            if (write.Part == 0)
            {
                _incoming = new Incoming(write.Term, write.Version, new SessionRecord());
            }
            else if (_incoming is null || _incoming.Term != write.Term || _incoming.Version != write.Version || _incoming.Parts != write.Part)
            {
                // A part was lost.
                _incoming = null;
                return write.IsLast ? WriteOutcome.NeedsAll : null;
            }

            _incoming.Record.Apply(write.State);
            _incoming.Parts++;
            if (!write.IsLast)
            {
                return null;
            }

            (Term, Version, Current, _incoming) = (write.Term, write.Version, _incoming.Record, null);
            return WriteOutcome.Stored;
        }

        private sealed record Incoming(long Term, long Version, SessionRecord Record)
        {
            public int Parts { get; set; }
        }
    }
}
