using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Remote;
using Akka.Remote.Transport;
using AkkaCluster = Akka.Cluster.Cluster;

namespace ActorTcp.Cluster.Tests.Groups;

/// <summary>One node of a cluster in this process: an actor system with its own port. Its network can be cut.</summary>
internal sealed class TestNode
{
    /// <summary>The time after which a silent node is unreachable.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private static readonly Config Fast = ConfigurationFactory.ParseString("""
        akka {
          loglevel = WARNING
          remote.dot-netty.tcp { hostname = "127.0.0.1", applied-adapters = ["trttl"] }
          coordinated-shutdown { run-by-actor-system-terminate = off, run-by-clr-shutdown-hook = off }
          cluster {
            gossip-interval = 100ms
            leader-actions-interval = 100ms
            unreachable-nodes-reaper-interval = 100ms
            periodic-tasks-initial-delay = 50ms
            run-coordinated-shutdown-when-down = off
            failure-detector { heartbeat-interval = 200ms, expected-response-after = 200ms, acceptable-heartbeat-pause = 2s }
            split-brain-resolver.stable-after = 500ms
          }
        }
        actortcp { loops = 1, watchdog.stall = 60s, drain-timeout = 0s }
        """);

    private TestNode(ActorSystem system) => System = system;

    public ActorSystem System { get; }

    public AkkaCluster Cluster => AkkaCluster.Get(System);

    public Address Address => Cluster.SelfAddress;

    private RemoteTransport Transport => ((IRemoteActorRefProvider)((ExtendedActorSystem)System).Provider).Transport;

    /// <summary>Starts a node.</summary>
    /// <param name="seed">A node of the cluster; null: the node makes a new cluster.</param>
    /// <param name="port">The port; 0: any free one.</param>
    /// <param name="config">HOCON with precedence over the node's own.</param>
    public static TestNode Start(TestNode? seed, int port = 0, string config = "")
    {
        var all = ConfigurationFactory.ParseString(string.Create(CultureInfo.InvariantCulture, $"{config}\nakka.remote.dot-netty.tcp.port = {port}"))
            .WithFallback(Fast)
            .WithFallback(ClusterConfig.Defaults);
        var setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(all), ActorTcpClusterExtensions.Setup());
        var node = new TestNode(ActorSystem.Create("groups", setup));
        _ = node.System.Groups();
        node.Cluster.Join((seed ?? node).Address);
        return node;
    }

    /// <summary>Drops all that the node sends to, or receives from, another node.</summary>
    public Task CutAsync(TestNode other) => ThrottleAsync(other, Blackhole.Instance);

    public Task HealAsync(TestNode other) => ThrottleAsync(other, Unthrottled.Instance);

    /// <summary>Ends the node as a SIGKILL would: the other nodes receive nothing more, and are not told.</summary>
    public async Task KillAsync(IEnumerable<TestNode> others)
    {
        foreach (var other in others)
        {
            await CutAsync(other);
        }

        await System.Terminate();
    }

    private Task<bool> ThrottleAsync(TestNode other, ThrottleMode mode) =>
        Transport.ManagementCommand(new SetThrottle(other.Address, ThrottleTransportAdapter.Direction.Both, mode));
}
