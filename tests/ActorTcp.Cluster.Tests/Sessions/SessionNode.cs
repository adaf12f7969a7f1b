using ActorTcp.Framing;
using ActorTcp.Hosting;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote;
using Akka.Remote.Hosting;
using Akka.Remote.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using AkkaCluster = Akka.Cluster.Cluster;

namespace ActorTcp.Cluster.Tests.Sessions;

/// <summary>A node of a cluster: a host with sessions and a server.</summary>
internal sealed class SessionNode : IAsyncDisposable
{
    private const string Hocon = """
        akka {
          loglevel = INFO
          stdout-loglevel = OFF
          loggers = []
          log-dead-letters = off
          cluster {
            gossip-interval = 200ms
            leader-actions-interval = 200ms
            unreachable-nodes-reaper-interval = 200ms
            failure-detector { heartbeat-interval = 300ms, acceptable-heartbeat-pause = 2s }
            split-brain-resolver { active-strategy = keep-majority, stable-after = 1s }
            down-removal-margin = 500ms
            downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"
            singleton { hand-over-retry-interval = 300ms, min-number-of-hand-over-retries = 15 }
            sharding { retry-interval = 500ms, waiting-for-state-timeout = 1s, updating-state-timeout = 1s, rebalance-interval = 1s, distributed-data.majority-min-cap = 1 }
          }
          remote.dot-netty.tcp.applied-adapters = [trttl]
          remote.retry-gate-closed-for = 200ms
          remote.watch-failure-detector { heartbeat-interval = 300ms, acceptable-heartbeat-pause = 2s, unreachable-nodes-reaper-interval = 300ms }
          coordinated-shutdown { run-by-actor-system-terminate = off, exit-clr = off }
        }
        actortcp { loops = 1, watchdog.stall = 60s, drain-timeout = 0s }
        """;

    private readonly IHost _host;

    private SessionNode(IHost host)
    {
        _host = host;
        System = host.Services.GetRequiredService<ActorSystem>();
        EndPoint = System.TcpServers()["sessions"].LocalAddress.ToIPEndPoint();
    }

    public ActorSystem System { get; }

    public IPEndPoint EndPoint { get; }

    public AkkaCluster Cluster => AkkaCluster.Get(System);

    public Address Address => Cluster.SelfAddress;

    /// <summary>Starts a node, which joins the cluster of another one; null: its own.</summary>
    public static async Task<SessionNode> StartAsync(SessionNode? seed, SessionOptions options)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddAkka("sessions", configured => configured
            .AddHocon(Hocon, HoconAddMode.Prepend)
            .WithRemoting("127.0.0.1", 0)
            .WithClustering()
            .WithActorTcpSessions<TestSession>("test", options: options)
            .WithTcpServer<SessionHandler<TestSession>>("sessions", server =>
            {
                server.Listen("127.0.0.1", 0);
                server.HandlerOptions = HandlerOptions.Default with { Framing = new LineFraming(100_000) };
            }));
        var host = builder.Build();
        await host.StartAsync();
        var node = new SessionNode(host);
        var joined = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Cluster.RegisterOnMemberUp(() => joined.TrySetResult());
        await node.Cluster.JoinAsync(seed?.Address ?? node.Address);
        await joined.Task.WaitAsync(Limit);
        return node;
    }

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Ends the node as SIGKILL does: no other node receives anything from it any more, and its connections are reset.</summary>
    public async Task KillAsync(IEnumerable<SessionNode> others)
    {
        await IsolateAsync(others);
        foreach (var other in others.Where(other => other != this))
        {
            await other.IsolateAsync([this]);
        }

        ((ExtendedActorSystem)System).Abort();
        await System.WhenTerminated.WaitAsync(Limit);
    }

    /// <summary>Drops all messages to and from other nodes.</summary>
    public async Task IsolateAsync(IEnumerable<SessionNode> others)
    {
        var transport = ((IRemoteActorRefProvider)((ExtendedActorSystem)System).Provider).Transport;
        foreach (var other in others.Where(other => other != this))
        {
            await transport.ManagementCommand(new SetThrottle(other.Address, ThrottleTransportAdapter.Direction.Both, Blackhole.Instance));
        }
    }

    /// <summary>Leaves the cluster in order, and stops.</summary>
    public async Task LeaveAsync()
    {
        await CoordinatedShutdown.Get(System).Run(CoordinatedShutdown.ClusterLeavingReason.Instance).WaitAsync(Limit);
    }

    public async ValueTask DisposeAsync()
    {
        ((ExtendedActorSystem)System).Abort();
        await System.WhenTerminated.WaitAsync(Limit);
        _host.Dispose();
    }
}
