
namespace ActorTcp.Cluster.Tests.Groups;

/// <summary>Some nodes in one process.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private TestCluster(List<TestNode> nodes) => Nodes = nodes;

    /// <summary>The nodes that live.</summary>
    public List<TestNode> Nodes { get; }

    public ActorSystem this[int node] => Nodes[node].System;

    /// <summary>Starts nodes, and waits until each one knows that all are up.</summary>
    public static async Task<TestCluster> StartAsync(int count = 3, string config = "")
    {
        var cluster = new TestCluster([TestNode.Start(null, config: config)]);
        while (cluster.Nodes.Count < count)
        {
            cluster.Nodes.Add(TestNode.Start(cluster.Nodes[0], config: config));
        }

        await cluster.AreUpAsync();
        return cluster;
    }

    /// <summary>Waits until each node knows that all of them are up, and no other.</summary>
    public Task AreUpAsync() => Eventually.HoldsAsync(() => Nodes.All(node =>
        node.Cluster.State.Members.Count == Nodes.Count
        && node.Cluster.State.Members.All(member => member.Status == Akka.Cluster.MemberStatus.Up)));

    /// <summary>Waits until all nodes see the same number of members of a group.</summary>
    public Task SeeAsync(string group, int count) => Eventually.HoldsAsync(async () =>
    {
        foreach (var node in Nodes)
        {
            if (await node.System.Groups().CountAsync(group) != count)
            {
                return false;
            }
        }

        return true;
    });

    /// <summary>Kills a node.</summary>
    public async Task<TestNode> KillAsync(int index)
    {
        var node = Nodes[index];
        Nodes.RemoveAt(index);
        await node.KillAsync(Nodes);
        return node;
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(Nodes.Select(node => node.System.Terminate()));
}
