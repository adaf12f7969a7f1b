
namespace ActorTcp.Cluster.Tests.Groups;

/// <summary>Nodes that are killed, restarted, or cut off from the others.</summary>
[Collection(AloneCollection.Name)]
public sealed class NodeFailureTests(ITestOutputHelper output)
{
    /// <summary>The number of random kills.</summary>
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("ACTORTCP_CLUSTER_KILLS") ?? "3", CultureInfo.InvariantCulture);

    private static readonly int Seed = int.Parse(
        Environment.GetEnvironmentVariable("ACTORTCP_TEST_SEED") ?? string.Create(CultureInfo.InvariantCulture, $"{Random.Shared.Next(1_000_000)}"),
        CultureInfo.InvariantCulture);

    [Fact]
    public async Task Members_and_names_of_a_killed_node_end_on_the_others()
    {
        await using var nodes = await TestCluster.StartAsync();
        var (anna, ben, watcher) = (new Inbox(nodes[0]), new Inbox(nodes[2]), new Inbox(nodes[1]));
        nodes[0].Groups().Join("room", anna.Actor, "anna");
        nodes[2].Groups().Join("room", ben.Actor, "ben");
        await nodes[2].Directory().RegisterAsync("user:ben", ben.Actor);
        await nodes.SeeAsync("room", 2);
        await Eventually.HoldsAsync(async () => await nodes[1].Directory().FindAsync("user:ben") is not null);
        nodes[1].Presence().Watch("room", watcher.Actor);
        await watcher.NextAsync<PresenceProtocol.Present>();

        var killed = await nodes.KillAsync(2);

        Assert.Equal(
            new PresenceProtocol.Left("room", new GroupMember("ben", ben.Node), LeaveReason.NodeDown),
            await watcher.NextAsync<PresenceProtocol.Left>());
        await nodes.SeeAsync("room", 1);
        Assert.Null(await nodes[1].Directory().FindAsync("user:ben"));
        Assert.True(killed.System.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task Node_that_restarts_at_its_port_has_its_new_members_only()
    {
        await using var nodes = await TestCluster.StartAsync();
        var before = new Inbox(nodes[2]);
        nodes[2].Groups().Join("room", before.Actor, "before");
        await nodes.SeeAsync("room", 1);
        var killed = await nodes.KillAsync(2);
        foreach (var node in nodes.Nodes)
        {
            await node.HealAsync(killed);
        }

        nodes.Nodes.Add(TestNode.Start(nodes.Nodes[0], killed.Address.Port!.Value));
        var after = new Inbox(nodes[2]);
        nodes[2].Groups().Join("room", after.Actor, "after");
        await nodes.AreUpAsync();

        await nodes.SeeAsync("room", 1);
        Assert.Equal(["after"], (await nodes[0].Groups().MembersAsync("room")).Select(member => member.Name));
    }

    [Fact]
    public async Task Node_that_joins_late_receives_a_state_of_many_messages()
    {
        const int Members = 20_000;
        await using var nodes = await TestCluster.StartAsync(2);
        var member = new Inbox(nodes[0]);
        for (var i = 0; i < Members; i++)
        {
            nodes[0].Groups().Join($"room-{i}", member.Actor, $"the name of the member {i}");
        }

        await Eventually.HoldsAsync(async () => (await nodes[1].Groups().NamesAsync()).Count == Members);

        var started = TimeProvider.System.GetTimestamp();
        nodes.Nodes.Add(TestNode.Start(nodes.Nodes[0]));
        await Eventually.HoldsAsync(async () => (await nodes[2].Groups().NamesAsync()).Count == Members);
        output.WriteLine($"{Members} members are known after {TimeProvider.System.GetElapsedTime(started).TotalSeconds:F1} s");

        nodes[0].Stop(member.Actor);
        await Eventually.HoldsAsync(async () => (await nodes[2].Groups().NamesAsync()).Count == 0);
    }

    [Fact]
    public async Task Presence_is_right_after_each_of_many_random_kills()
    {
        output.WriteLine($"ACTORTCP_TEST_SEED={Seed} ACTORTCP_CLUSTER_KILLS={Kills}");
        var random = new Random(Seed);
        await using var nodes = await TestCluster.StartAsync();
        var members = new Dictionary<TestNode, int>();
        foreach (var node in nodes.Nodes)
        {
            members[node] = Populate(node, random);
        }

        for (var kill = 1; kill <= Kills; kill++)
        {
            await nodes.SeeAsync("room", members.Values.Sum());
            var started = TimeProvider.System.GetTimestamp();
            var killed = await nodes.KillAsync(random.Next(nodes.Nodes.Count));
            members.Remove(killed);
            await nodes.SeeAsync("room", members.Values.Sum());
            output.WriteLine($"kill {kill}: presence is right after {TimeProvider.System.GetElapsedTime(started).TotalSeconds:F1} s");

            var next = TestNode.Start(nodes.Nodes[0]);
            nodes.Nodes.Add(next);
            members[next] = Populate(next, random);
            await nodes.AreUpAsync();
        }

        await nodes.SeeAsync("room", members.Values.Sum());
    }

    [Fact]
    public async Task Registrations_during_a_short_partition_end_with_one_holder_and_a_notice_to_both()
    {
        // The partition is shorter than the failure detector's time, so that both nodes stay in the cluster.
        await using var nodes = await TestCluster.StartAsync(2, "akka.cluster.failure-detector.acceptable-heartbeat-pause = 60s");
        var (anna, other, member) = (new Inbox(nodes[0]), new Inbox(nodes[1]), new Inbox(nodes[0]));
        await nodes.Nodes[0].CutAsync(nodes.Nodes[1]);
        await nodes.Nodes[1].CutAsync(nodes.Nodes[0]);
        nodes[0].Groups().Join("room", member.Actor, "member");
        Assert.IsType<DirectoryProtocol.Registered>(await nodes[0].Directory().RegisterAsync("user:anna", anna.Actor));
        Assert.IsType<DirectoryProtocol.Registered>(await nodes[1].Directory().RegisterAsync("user:anna", other.Actor));
        Assert.Equal(0, await nodes[1].Groups().CountAsync("room"));

        await nodes.Nodes[0].HealAsync(nodes.Nodes[1]);
        await nodes.Nodes[1].HealAsync(nodes.Nodes[0]);

        await nodes.SeeAsync("room", 1);
        var kept = await anna.NextAsync<DirectoryProtocol.NameKept>();
        var lost = await other.NextAsync<DirectoryProtocol.NameLost>();
        Assert.Equal(("user:anna", anna.Actor, other.Actor.Path.Name), (kept.Name, kept.Actor, kept.Loser.Path.Name));
        Assert.Equal(("user:anna", other.Actor, anna.Actor.Path.Name), (lost.Name, lost.Actor, lost.Winner.Path.Name));
        await Eventually.HoldsAsync(async () => (await nodes[1].Directory().FindAsync("user:anna"))?.Path.Name == anna.Actor.Path.Name);
        Assert.Equal(anna.Actor, await nodes[0].Directory().FindAsync("user:anna"));
    }

    [Fact]
    public async Task Majority_forgets_a_node_that_is_cut_off()
    {
        await using var nodes = await TestCluster.StartAsync();
        var inboxes = nodes.Nodes.ConvertAll(node => new Inbox(node.System));
        for (var i = 0; i < 3; i++)
        {
            nodes[i].Groups().Join("room", inboxes[i].Actor, $"{i}");
        }

        await nodes.SeeAsync("room", 3);
        var minority = nodes.Nodes[2];
        foreach (var node in nodes.Nodes.Take(2))
        {
            await minority.CutAsync(node);
            await node.CutAsync(minority);
        }

        await Eventually.HoldsAsync(async () => await nodes[0].Groups().CountAsync("room") == 2 && await nodes[1].Groups().CountAsync("room") == 2);
        await Eventually.HoldsAsync(() => minority.Cluster.IsTerminated);
    }

    private static int Populate(TestNode node, Random random)
    {
        var count = random.Next(1, 50);
        for (var i = 0; i < count; i++)
        {
            node.System.Groups().Join("room", node.System.ActorOf(Props.Empty), $"{i}");
        }

        return count;
    }
}
