using ActorTcp.Cluster.Sessions;

namespace ActorTcp.Cluster.Tests.Sessions;

/// <summary>Sessions in a cluster of three nodes.</summary>
public sealed class SessionClusterTests(ITestOutputHelper output) : IAsyncLifetime
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

    [Fact]
    public async Task Session_is_moved_by_a_second_connection_with_its_token()
    {
        await using var first = new SessionClient([_nodes[0].EndPoint]);
        first.Send("one");
        await Until(() => first.Received.Count == 1 && first.Unacknowledged == 0);

        await using var second = new SessionClient([_nodes[1].EndPoint], first.Token, received: 1, sent: 1);

        Assert.Equal("#replaced", await first.Ended.WaitAsync(SessionNode.Limit));
        second.Send("two");
        await Until(() => second.Received.Contains("re:two"));
        Assert.Single(second.Received);
    }

    [Fact]
    public async Task Session_goes_on_when_the_node_of_its_connection_dies()
    {
        var (owner, other) = (_nodes[0], _nodes[1]);
        await using var client = await ClientOfSessionOn(owner, other, _nodes[2]);
        client.Send("before");
        await Until(() => client.Received.Contains("re:before"));

        await other.KillAsync(_nodes);
        client.Send("after");

        await Until(() => client.Received.Contains("re:after"));
        AssertNoLineTwice(client);
        Assert.DoesNotContain(Log(client).Events, e => e.StartsWith("restored", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Session_goes_on_when_its_node_dies_and_keeps_its_state()
    {
        var (owner, other) = (_nodes[0], _nodes[1]);
        await using var client = await ClientOfSessionOn(owner, other);
        client.Send("save abc");
        await Until(() => client.Received.Contains("saved") && client.Unacknowledged == 0);

        await owner.KillAsync(_nodes);
        client.Send("after");

        await Until(() => client.Received.Contains("re:after"));
        Assert.Contains("restored abc", Log(client).Events);
        AssertNoLineTwice(client);
        Assert.Equal(1, client.Received.Count(line => line == "re:after"));
    }

    [Fact]
    public async Task Session_without_a_connection_is_restored_when_its_node_died()
    {
        await using var client = await ClientOfSessionOn(_nodes[1], _nodes[1], _nodes[0]);
        client.Send("save abc");
        await Until(() => client.Received.Contains("saved") && client.Unacknowledged == 0);
        var log = Log(client);
        await client.DisposeAsync();
        await Until(() => log.Events.Contains("detached"));

        await _nodes[1].KillAsync(_nodes);

        await Until(() => log.Events.Contains("restored abc"));
    }

    [Fact]
    public async Task Session_moves_when_its_node_leaves()
    {
        var (owner, other) = (_nodes[0], _nodes[1]);
        await using var client = await ClientOfSessionOn(owner, other);
        client.Send("save abc");
        await Until(() => client.Received.Contains("saved"));

        var leaving = owner.LeaveAsync();
        for (var i = 0; i < 20; i++)
        {
            var line = $"while {i}";
            client.Send(line);
            await Until(() => client.Received.Contains($"re:{line}"));
        }

        await leaving;
        client.Send("after");

        await Until(() => client.Received.Contains("re:after"));
        Assert.Contains("restored abc", Log(client).Events);
        AssertNoLineTwice(client);
        Assert.Equal(client.Received.Count, client.Received.Distinct().Count());
        Assert.Equal(1, client.Connects);
    }

    [Fact]
    public async Task Messages_that_are_lost_between_nodes_are_sent_again()
    {
        var (owner, other) = (_nodes[0], _nodes[1]);
        await using var client = await ClientOfSessionOn(owner, other);
        for (var i = 0; i < 300; i++)
        {
            client.Send($"{i}");
            if (i % 30 == 0)
            {
                // The length of the failure, not a wait: shorter than the pause that the failure detector accepts.
                await other.IsolateAsync([owner]);
                await Task.Delay(i % 60 == 0 ? 200 : 50);
                await other.RejoinAsync([owner]);
            }

            // So the lines before and after a failure are on their way at the same time, but not all lines.
            await Until(() => client.Unacknowledged < 20);
        }

        await Until(() => client.Received.Contains("re:299"));

        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"re:{i}"), client.Received.Skip(1));
        Assert.Equal(Enumerable.Range(1, 301).Select(i => (long)i), Log(client).Frames.Select(frame => frame.Number));
        Assert.Equal(1, client.Connects);
    }

    [Fact]
    public async Task Lines_are_processed_once_and_not_acknowledged_without_a_majority()
    {
        var owner = _nodes[0];
        await using var client = await ClientOfSessionOn(owner, owner);
        await Until(() => client.Unacknowledged == 0);

        // Longer than the handler waits before it sends the lines again, and shorter than the pause that the failure detector accepts.
        await owner.IsolateAsync(_nodes);
        client.Send("one");
        client.Send("two");
        await Until(() => Log(client).Frames.Count == 3);

        // The length of the failure, in which the handler sends the lines again.
        await Task.Delay(4 * Options.RetryInterval);
        Assert.Equal((2, 1), (client.Unacknowledged, client.Received.Count));
        await owner.RejoinAsync(_nodes);

        await Until(() => client.Received.Contains("re:two") && client.Unacknowledged == 0);
        Assert.Equal([(1L, "where"), (2L, "one"), (3L, "two")], Log(client).Frames);
        Assert.Equal(["re:one", "re:two"], client.Received.Skip(1));
    }

    [Fact]
    public async Task Session_whose_node_hangs_answers_only_from_the_other_nodes()
    {
        var (owner, other) = (_nodes[0], _nodes[1]);
        await using var client = await ClientOfSessionOn(owner, owner, other);
        client.Send("before");
        await Until(() => client.Received.Contains("re:before") && client.Unacknowledged == 0);

        // The node still has the connection, but no majority: it acknowledges nothing, and the resolver downs it.
        await owner.IsolateAsync(_nodes);
        await other.IsolateAsync([owner]);
        await _nodes[2].IsolateAsync([owner]);
        client.Send("during");
        await Until(() => Replicas(other).Nodes.Length == 2);
        client.Cut();

        await Until(() => client.Received.Contains("re:during"));
        Assert.Contains(Log(client).Events, e => e.StartsWith("restored", StringComparison.Ordinal));
        Assert.Equal(1, client.Received.Count(line => line == "re:during"));
    }

    private static ReplicaSet Replicas(SessionNode node) => SessionTypes.Get(node.System).Of(typeof(TestSession)).Replicas;

    private static TestSessionLog Log(SessionClient client) => TestSession.Logs[client.Token!];

    private static Task Until(Func<bool> condition) => Eventually.HoldsAsync(condition);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lines_in_both_directions_arrive_once_and_in_order_in_spite_of_resets(bool withMoves)
    {
        const int Count = 400;
        var seed = Environment.GetEnvironmentVariable("ACTORTCP_TEST_SEED") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"ACTORTCP_TEST_SEED={seed}");
        var random = new Random(seed);
        await using var client = new SessionClient([.. _nodes.Take(2).Select(node => node.EndPoint)]);
        client.Send("first");
        await Until(() => client.Received.Count == 1);
        var log = Log(client);
        var moves = withMoves ? JoinAndLeaveAsync() : Task.CompletedTask;
        for (var i = 0; i < Count || !moves.IsCompleted; i++)
        {
            client.Send($"{i} {new string('c', random.Next(200))}");
            if (!withMoves)
            {
                // An actor that moves loses the messages on their way to it, so this is sent without moves only.
                log.Actor.Tell(new Send($"s{i}"), ActorRefs.NoSender);
            }

            switch (random.Next(20))
            {
                case 0:
                    client.Cut();
                    break;
                case < 4:
                    await Task.Delay(random.Next(20));
                    break;
            }

            if (i >= Count)
            {
                await Task.Delay(5);
            }
        }

        await moves;
        client.Send("last");
        await Until(() => client.Received.Contains("re:last"));
        if (!withMoves)
        {
            await Until(() => client.Received.Contains($"s{Count - 1}"));
        }

        var frames = log.Frames.ToArray();
        Assert.Equal(Enumerable.Range(1, frames.Length).Select(i => (long)i), frames.Select(frame => frame.Number));
        Assert.Equal(frames.Select(frame => $"re:{frame.Text}"), client.Received.Where(line => line.StartsWith("re:", StringComparison.Ordinal)));
        var sends = client.Received.Where(line => line[0] == 's').ToArray();
        Assert.Equal(Enumerable.Range(0, sends.Length).Select(i => $"s{i}"), sends);
        Assert.Equal(withMoves ? 0 : Count, sends.Length);
        Assert.True(client.Connects > 5, $"{client.Connects} connections");
        output.WriteLine($"{frames.Length} lines, {client.Connects} connections, {log.Events.Count(e => e.StartsWith("restored", StringComparison.Ordinal))} moves");
    }

    private async Task JoinAndLeaveAsync()
    {
        await _nodes[2].LeaveAsync();
        _nodes.Add(await SessionNode.StartAsync(_nodes[0], Options));
        await Until(() => Replicas(_nodes[0]).Nodes.Length == 3);
        await Task.Delay(TimeSpan.FromSeconds(2));
    }

    /// <summary>A client whose session is on a node, and whose connection is on the first of some nodes.</summary>
    private async Task<SessionClient> ClientOfSessionOn(SessionNode owner, params SessionNode[] nodes)
    {
        Assert.Contains(owner, _nodes);
        while (true)
        {
            var client = new SessionClient([.. nodes.Select(node => node.EndPoint)]);
            client.Send("where");
            await Until(() => !client.Received.IsEmpty);
            if (client.Received.TryPeek(out var port) && port == owner.Address.Port!.Value.ToString(CultureInfo.InvariantCulture))
            {
                return client;
            }

            await client.DisposeAsync();
        }
    }

    /// <summary>Frames that were accepted but not acknowledged when a node died are processed again. Their numbers and texts are the same.</summary>
    private static void AssertNoLineTwice(SessionClient client)
    {
        var frames = Log(client).Frames.ToArray();
        Assert.Equal(frames.Distinct().Count(), frames.Select(frame => frame.Number).Distinct().Count());
        Assert.Equal(frames.Max(frame => frame.Number), frames.Distinct().Count());
    }
}
