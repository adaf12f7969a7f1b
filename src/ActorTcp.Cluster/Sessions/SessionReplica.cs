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
    private ICancelable? _ticks;

    public SessionReplica(SessionType type)
    {
        _type = type;
        Receive<Write>(Store);
        Receive<Read>(Answer);
        Receive<Tick>(_ => DropStale());
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
            ReviveSessionsOf(removed.Member.Address);
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
        var period = _type.Options.Timeout;
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

    /// <summary>The sessions of a node that has left or died continue on other nodes at once. The first node starts them.</summary>
    private void ReviveSessionsOf(Address address)
    {
        if (_type.Replicas.Nodes is not [var first, ..] || first != _cluster.SelfAddress)
        {
            return;
        }

        var count = 0;
        foreach (var (token, copy) in _copies)
        {
            if (copy.Owner == address && copy.Current is { IsRemoved: false })
            {
                copy.Owner = null;
                count++;
                _type.Region.Tell(new Revive(token), ActorRefs.NoSender);
            }
        }

        if (count > 0)
        {
            _log.Info("{Count} sessions of type {SessionType} continue on other nodes, because {Node} has left the cluster", count, _type.Name, address);
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
            copy.Owner = Sender.Path.Address.HasGlobalScope ? Sender.Path.Address : _cluster.SelfAddress;
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
