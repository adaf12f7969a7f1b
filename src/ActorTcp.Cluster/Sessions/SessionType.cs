using System.Collections.Immutable;
using Akka.Actor;
using AkkaCluster = Akka.Cluster.Cluster;

namespace ActorTcp.Cluster.Sessions;

/// <summary>One type of sessions in one actor system. Can be used from any thread.</summary>
internal sealed class SessionType(ActorSystem system, string name, SessionOptions options, SessionMeters meters)
{
    private volatile ReplicaSet _replicas = new(0, []);
    private IActorRef _region = ActorRefs.Nobody;

    public string Name => name;

    public SessionOptions Options => options;

    public SessionMeters Meters => meters;

    public IActorRef Region
    {
        get => Volatile.Read(ref _region);
        set => Volatile.Write(ref _region, value);
    }

    /// <summary>The nodes that have replicas.</summary>
    public ReplicaSet Replicas => _replicas;

    /// <summary>The time after which a replica forgets a session that has written nothing.</summary>
    public TimeSpan StaleAfter => (2 * options.Timeout) + TimeSpan.FromMinutes(1);

    public string ReplicaName => $"actortcp-sessions-{name}";

    public void SetReplicas(ImmutableArray<Address> nodes)
    {
        if (!nodes.SequenceEqual(_replicas.Nodes))
        {
            _replicas = new ReplicaSet(_replicas.Version + 1, nodes);
        }
    }

    public ActorSelection ReplicaOn(Address node) =>
        system.ActorSelection((node == AkkaCluster.Get(system).SelfAddress ? new RootActorPath(new Address("akka", system.Name)) : new RootActorPath(node)) / "user" / ReplicaName);
}

/// <summary>The nodes that have replicas.</summary>
/// <param name="Version">Increases with each change.</param>
/// <param name="Nodes">The nodes, in their order.</param>
internal sealed record ReplicaSet(long Version, ImmutableArray<Address> Nodes)
{
    /// <summary>The number of nodes that is more than half of them.</summary>
    public int Majority => (Nodes.Length / 2) + 1;
}
