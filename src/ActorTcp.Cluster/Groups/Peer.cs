using Akka.Actor;
using Akka.Cluster;

namespace ActorTcp.Cluster.Groups;

/// <summary>Another node of the cluster, with what this node knows of its members and names.</summary>
internal sealed class Peer
{
    private readonly ClusterGroupActor _owner;

    public Peer(UniqueAddress node, IActorRef actor, ClusterGroupActor owner)
    {
        _owner = owner;
        Node = node;
        Actor = actor;
        Replica = new NodeReplica(new Observer(this));
    }

    public UniqueAddress Node { get; }

    /// <summary>The group actor of the node.</summary>
    public IActorRef Actor { get; }

    public NodeReplica Replica { get; }

    /// <summary>Whether its state was requested and has not arrived. The next digest repeats the request, because the answer may be lost.</summary>
    public bool AwaitsState { get; private set; }

    public void RequestState(IActorRef self)
    {
        AwaitsState = true;
        Actor.Tell(GroupMessage.StateRequest.Instance, self);
    }

    public void OnDigest(GroupMessage.Digest digest, IActorRef self)
    {
        if (digest.Version > Replica.Version)
        {
            RequestState(self);
        }
    }

    public void OnDelta(GroupMessage.Delta delta, IActorRef self)
    {
        if (!Replica.TryApply(delta.From, delta.Changes) && !AwaitsState)
        {
            RequestState(self);
        }
    }

    public void OnStatePart(GroupMessage.StatePart part)
    {
        // A missing part is noticed at the next digest.
        if (Replica.TryApply(part) && part.IsLast)
        {
            AwaitsState = false;
        }
    }

    private sealed class Observer(Peer peer) : IReplicaObserver
    {
        public void OnJoined(string group, string name) => peer._owner.OnJoinedElsewhere(peer, group, name);

        public void OnLeft(string group, string name, LeaveReason reason) => peer._owner.OnLeftElsewhere(peer, group, name, reason);

        public void OnRegistered(string name, ReplicaName registration) => peer._owner.OnRegisteredElsewhere(peer, name, registration);
    }
}
