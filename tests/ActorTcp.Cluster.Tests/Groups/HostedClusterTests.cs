using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorTcp.Cluster.Tests.Groups;

/// <summary>WithActorTcpCluster in hosts.</summary>
[Collection(AloneCollection.Name)]
public sealed class HostedClusterTests
{
    [Fact]
    public async Task Hosts_with_a_seed_are_one_cluster_and_share_their_groups()
    {
        var port = FreePort();
        await using var first = await Node.StartAsync(port, port);
        await using var second = await Node.StartAsync(0, port);
        var (anna, ben) = (new Inbox(first.System), new Inbox(second.System));
        first.System.Groups().Join("room", anna.Actor, "anna");
        second.System.Groups().Join("room", ben.Actor, "ben");
        await Eventually.HoldsAsync(async () => await first.System.Groups().CountAsync("room") == 2 && await second.System.Groups().CountAsync("room") == 2);

        second.System.Groups().Send("room", new Send("hello"), except: ben.Actor);

        Assert.Equal("hello", Encoding.UTF8.GetString((await anna.NextAsync<Send>()).Memory.Span));
    }

    [Fact]
    public async Task Phases_of_the_coordinated_shutdown_have_time_for_the_drain()
    {
        await using var host = await Node.StartAsync(0, 1, "actortcp.drain-timeout = 20s");

        var shutdown = CoordinatedShutdown.Get(host.System);

        Assert.True(shutdown.Timeout(CoordinatedShutdown.PhaseServiceRequestsDone) >= TimeSpan.FromSeconds(25));
        Assert.True(shutdown.Timeout(CoordinatedShutdown.PhaseServiceStop) >= TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("host")]
    [InlineData("host:")]
    [InlineData(":4053")]
    [InlineData("host:70000")]
    public void Seed_that_is_no_host_and_port_throws(string seed)
    {
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddAkka("groups", builder => builder.WithActorTcpCluster(cluster => cluster.Seeds.Add(seed)))
            .BuildServiceProvider().GetRequiredService<ActorSystem>());
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Node(IHost host) : IAsyncDisposable
    {
        public ActorSystem System => host.Services.GetRequiredService<ActorSystem>();

        public static async Task<Node> StartAsync(int port, int seed, string config = "")
        {
            var builder = Host.CreateApplicationBuilder();
            builder.Services.AddAkka("groups", akka => akka
                .AddHocon($"actortcp.loops = 1\n{config}", HoconAddMode.Prepend)
                .WithActorTcpCluster(cluster =>
                {
                    cluster.Host = "127.0.0.1";
                    cluster.Port = port;
                    cluster.Seeds.Add($"127.0.0.1:{seed}");
                }));
            var host = builder.Build();
            await host.StartAsync().WaitAsync(Eventually.Limit);
            return new Node(host);
        }

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync().WaitAsync(Eventually.Limit);
            host.Dispose();
        }
    }
}
