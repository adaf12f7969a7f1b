using ActorTcp.Cluster.Sessions;

namespace ActorTcp.Cluster.Tests.Sessions;

/// <summary>Sessions in a cluster of three nodes.</summary>
public sealed class SessionClusterTests : IAsyncLifetime
{
    private static readonly SessionOptions Options = new() { Timeout = TimeSpan.FromMinutes(1), RetryInterval = TimeSpan.FromMilliseconds(300), Shards = 10 };

    private readonly List<SessionNode> _nodes = [];

    public async Task InitializeAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            _nodes.Add(await SessionNode.StartAsync(_nodes.FirstOrDefault(), Options));
        }

        await Until(() => _nodes.TrueForAll(node => Replicas(node).Nodes.Length == 3));
    }

    public async Task DisposeAsync() => await Task.WhenAll(_nodes.Select(node => node.DisposeAsync().AsTask()));

    [Fact]
    public async Task Session_resumes_on_each_node_with_each_line_once()
    {
        await using var client = new SessionClient([.. _nodes.Select(node => node.EndPoint)]);
        for (var i = 1; i <= 6; i++)
        {
            client.Send($"line {i}");
            await Until(() => client.Received.Count == i);
            client.Cut();
        }

        await Until(() => client.Connects >= 6);

        Assert.Equal(Enumerable.Range(1, 6).Select(i => $"re:line {i}"), client.Received);
        Assert.Equal(Enumerable.Range(1, 6).Select(i => ((long)i, $"line {i}")), Log(client).Frames);
    }

    private static ReplicaSet Replicas(SessionNode node) => SessionTypes.Get(node.System).Of(typeof(TestSession)).Replicas;

    private static TestSessionLog Log(SessionClient client) => TestSession.Logs[client.Token!];

    private static Task Until(Func<bool> condition) => Eventually.HoldsAsync(condition);
}
