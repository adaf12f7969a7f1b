using ActorTcp.Cluster.Sessions;

namespace ActorTcp.Cluster.Tests.Sessions;

/// <summary>Sessions without replication when nodes join, leave and die.</summary>
public sealed class SessionMoveTests : IAsyncLifetime
{
    private static readonly SessionOptions Options = new()
    {
        RetryInterval = TimeSpan.FromMilliseconds(300),
        Replication = SessionReplication.None,
        Shards = 10,
    };

    private readonly List<SessionNode> _nodes = [];
    private readonly List<SessionClient> _clients = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Task.WhenAll(_clients.Select(client => client.DisposeAsync().AsTask()));
        await Task.WhenAll(_nodes.Select(node => node.DisposeAsync().AsTask()));
    }

    [Theory]
    [InlineData(SessionReplication.None)]
    [InlineData(SessionReplication.Majority)]
    public async Task Sessions_move_to_a_node_that_joins_and_lose_nothing(SessionReplication replication)
    {
        var options = Options with { Replication = replication };
        var first = await AddNodeAsync(options);
        for (var i = 0; i < 30; i++)
        {
            _clients.Add(new SessionClient([first.EndPoint]));
            _clients[i].Send($"save {i}");
        }

        // Half of them are detached when they move.
        await Eventually.HoldsAsync(() => _clients.TrueForAll(client => client.Received.Contains("saved") && client.Unacknowledged == 0));
        var detached = _clients.Take(15).Select(client => (Token: client.Token!, Log: Log(client))).ToList();
        await Task.WhenAll(_clients.Take(15).Select(client => client.DisposeAsync().AsTask()));

        await AddNodeAsync(options);
        var line = 0;
        while (!_clients.Skip(15).Any(client => IsRestored(Log(client))) || !detached.Any(session => IsRestored(session.Log)))
        {
            line++;
            _clients[15..].ForEach(client => client.Send($"{line}"));
            await Task.Delay(20);
        }

        _clients[15..].ForEach(client => client.Send("last"));
        await Eventually.HoldsAsync(() => _clients.Skip(15).All(client => client.Received.Contains("re:last")));
        foreach (var client in _clients.Skip(15))
        {
            Assert.Equal(["saved", .. Enumerable.Range(1, line).Select(i => $"re:{i}"), "re:last"], client.Received);
            Assert.Equal(Enumerable.Range(1, line + 2).Select(i => (long)i), Log(client).Frames.Select(frame => frame.Number));
            Assert.Equal(1, client.Connects);
        }

        foreach (var (token, log) in detached)
        {
            await using var client = new SessionClient([first.EndPoint], token, received: 1, sent: 1);
            client.Send("again");
            await Eventually.HoldsAsync(() => client.Received.Contains("re:again"));
        }

        var states = detached.Select((session, i) => (session.Log, i)).Where(session => IsRestored(session.Log));
        Assert.All(states, session => Assert.Contains($"restored {session.i}", session.Log.Events));
    }

    [Fact]
    public async Task Session_without_replication_is_unknown_after_its_node_died()
    {
        for (var i = 0; i < 3; i++)
        {
            await AddNodeAsync(Options);
        }

        await using var client = new SessionClient([_nodes[0].EndPoint]);
        client.Send("where");
        await Eventually.HoldsAsync(() => client.Received.Count == 1 && client.Unacknowledged == 0);
        var owner = _nodes.Single(node => client.Received.Contains($"{node.Address.Port}"));
        await client.DisposeAsync();
        await owner.KillAsync(_nodes);

        using var peer = await Peer.ConnectAsync(_nodes.First(node => node != owner).EndPoint);
        await peer.SendAsync($"#session {client.Token} 1");

        Assert.Equal("#unknown", await peer.LineAsync());
    }

    private async Task<SessionNode> AddNodeAsync(SessionOptions options)
    {
        var node = await SessionNode.StartAsync(_nodes.FirstOrDefault(), options);
        _nodes.Add(node);
        await Eventually.HoldsAsync(() => _nodes.TrueForAll(other => SessionTypes.Get(other.System).Of(typeof(TestSession)).Replicas.Nodes.Length == _nodes.Count));
        return node;
    }

    private static bool IsRestored(TestSessionLog log) => log.Events.Any(e => e.StartsWith("restored", StringComparison.Ordinal));

    private static TestSessionLog Log(SessionClient client) => TestSession.Logs[client.Token!];
}
