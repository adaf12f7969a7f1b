using ActorTcp.Diagnostics;
using ActorTcp.Groups;
using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using AkkaCluster = Akka.Cluster.Cluster;

namespace ActorTcp.Cluster.Groups;

/// <summary>
/// The group actor of a node of a cluster. It owns the members and the names of its node, and has a replica (<see cref="NodeReplica"/>) of those of each
/// other node.
/// </summary>
/// <remarks>
/// <para>Each change of this node has a number. The changes are sent to all other nodes in their order, together if several are made at once. A node that
/// has missed a change notices the gap, at the next change or at the next digest, and requests the whole state.</para>
/// <para>A replica has one owner and lives as long as its node is in the cluster. So there are no conflicts to merge, and no ghosts: when the cluster has
/// removed a node, the replica is dropped with all that it contains. Messages of a former incarnation of the node are recognized by their uid.</para>
/// </remarks>
internal sealed partial class ClusterGroupActor : GroupActor
{
    private readonly AkkaCluster _cluster = AkkaCluster.Get(Context.System);
    private readonly IActorRefProvider _provider = ((ExtendedActorSystem)Context.System).Provider;
    private readonly Dictionary<Address, Peer> _peers = [];
    private readonly ChangeLog _changes;
    private readonly ClusterGroupSettings _settings;
    private readonly int _uid;
    private ICancelable? _digests;

    public ClusterGroupActor(GroupMeters meters, ClusterGroupSettings settings)
        : base(meters)
    {
        _settings = settings;
        _uid = _cluster.SelfUniqueAddress.Uid;
        _changes = new ChangeLog(_uid, _cluster.SelfAddress);
    }

    protected override Address Node => _cluster.SelfAddress;

    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));
        _digests = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(_settings.DigestInterval, _settings.DigestInterval, Self, Tick.Digest, Self);
    }

    protected override void PostStop()
    {
        _digests?.Cancel();
        _cluster.Unsubscribe(Self);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case GroupMessage replicated:
                OnMessage(replicated);
                break;
            case Tick.Flush:
                Flush();
                break;
            case Tick.Digest:
                SendToPeers(new GroupMessage.Digest(_uid, _changes.Version));
                break;
            case ClusterEvent.MemberUp up:
                AddPeer(up.Member);
                break;
            case ClusterEvent.MemberWeaklyUp weaklyUp:
                AddPeer(weaklyUp.Member);
                break;
            case ClusterEvent.MemberDowned downed:
                RemovePeer(downed.Member.UniqueAddress);
                break;
            case ClusterEvent.MemberRemoved removed:
                RemovePeer(removed.Member.UniqueAddress);
                break;
            case ClusterEvent.IMemberEvent:
                break;
            default:
                base.OnReceive(message);
                break;
        }
    }

    protected override void OnJoined(LocalMember member) => FlushSoon(_changes.AddJoined(member));

    protected override void OnLeft(LocalMember member, LeaveReason reason) =>
        FlushSoon(_changes.Add(new Change(reason == LeaveReason.Stopped ? ChangeKind.Stopped : ChangeKind.Left, member.Group, member.Id, "")));

    protected override void OnRegistered(LocalName name) => FlushSoon(_changes.AddRegistered(name));

    protected override void OnUnregistered(LocalName name) => FlushSoon(_changes.Add(new Change(ChangeKind.Unregistered, name.Name, name.Since, "")));

    protected override void AddOtherMembers(string group, List<GroupMember> members)
    {
        foreach (var peer in _peers.Values)
        {
            if (peer.Replica.Groups.TryGetValue(group, out var names))
            {
                foreach (var name in names.Values)
                {
                    members.Add(new GroupMember(name, peer.Node.Address));
                }
            }
        }
    }

    protected override int CountOtherMembers(string group) => _peers.Values.Sum(peer => peer.Replica.Groups.GetValueOrDefault(group)?.Count ?? 0);

    protected override void AddOtherGroups(HashSet<string> names)
    {
        foreach (var peer in _peers.Values)
        {
            names.UnionWith(peer.Replica.Groups.Keys);
        }
    }

    protected override DirectoryProtocol.NameTaken? FindElsewhere(string name)
    {
        (Peer Peer, ReplicaName Name)? oldest = null;
        foreach (var peer in _peers.Values)
        {
            if (peer.Replica.Names.TryGetValue(name, out var found) && (oldest is not { } other || IsOlder((found.Since, peer.Node.Address), (other.Name.Since, other.Peer.Node.Address))))
            {
                oldest = (peer, found);
            }
        }

        return oldest is { } holder ? new DirectoryProtocol.NameTaken(name, _provider.ResolveActorRef(holder.Name.Path), holder.Peer.Node.Address) : null;
    }

    internal void OnJoinedElsewhere(Peer peer, string group, string name) => NotifyJoined(group, new GroupMember(name, peer.Node.Address));

    internal void OnLeftElsewhere(Peer peer, string group, string name, LeaveReason reason) =>
        NotifyLeft(group, new GroupMember(name, peer.Node.Address), reason);

    /// <summary>If this node has registered the name too, both nodes keep the older registration.</summary>
    internal void OnRegisteredElsewhere(Peer peer, string name, ReplicaName registration)
    {
        if (!Names.TryGetValue(name, out var own))
        {
            return;
        }

        var other = _provider.ResolveActorRef(registration.Path);
        if (IsOlder((own.Since, Node), (registration.Since, peer.Node.Address)))
        {
            KeepName(own, other);
        }
        else
        {
            LoseName(own, other);
        }
    }

    private static bool IsOlder((long Since, Address Node) one, (long Since, Address Node) other) =>
        one.Since != other.Since ? one.Since < other.Since : string.CompareOrdinal($"{one.Node}", $"{other.Node}") < 0;

    private void AddPeer(Member member)
    {
        var node = member.UniqueAddress;
        if (node.Equals(_cluster.SelfUniqueAddress) || (_settings.Role is { } role && !member.HasRole(role)))
        {
            return;
        }

        if (_peers.TryGetValue(node.Address, out var known))
        {
            if (known.Node.Equals(node))
            {
                return;
            }

            RemovePeer(known.Node);
        }

        var peer = new Peer(node, _provider.ResolveActorRef(new RootActorPath(node.Address) / "system" / Name), this);
        _peers.Add(node.Address, peer);
        peer.RequestState(Self);
    }

    private void RemovePeer(UniqueAddress node)
    {
        if (_peers.TryGetValue(node.Address, out var peer) && peer.Node.Equals(node))
        {
            _peers.Remove(node.Address);
            peer.Replica.Clear();
        }
    }

    private enum Tick
    {
        Flush,
        Digest,
    }
}

/// <summary>The settings of the groups of a cluster.</summary>
/// <param name="Role">The role of the nodes that take part; null: all nodes.</param>
/// <param name="DigestInterval">The interval of the digests, with which lost changes are noticed.</param>
/// <param name="MaxBytes">The maximum number of bytes of a Send to another node.</param>
internal sealed record ClusterGroupSettings(string? Role, TimeSpan DigestInterval, int MaxBytes)
{
    /// <summary>The room for the other fields of a message.</summary>
    private const int Overhead = 8 * 1024;

    private static readonly TimeSpan DefaultDigestInterval = TimeSpan.FromSeconds(1);

    public static ClusterGroupSettings Read(Config config, string? role) => new(
        role,
        DefaultDigestInterval,
        (int)Math.Min(int.MaxValue, (config.GetByteSize("akka.remote.dot-netty.tcp.maximum-frame-size", null) ?? 128_000) - Overhead));
}
