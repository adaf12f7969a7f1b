using System.Diagnostics;

namespace ActorTcp.Cluster.Tests.Groups;

/// <summary>Members come and go for a while: no ghost is left, and the memory is the same.</summary>
[Collection(AloneCollection.Name)]
public sealed class ChurnTests(ITestOutputHelper output)
{
    private const int Members = 300;

    private static readonly TimeSpan Time = TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("ACTORTCP_CHURN_SECONDS") ?? "3", CultureInfo.InvariantCulture));

    [Fact]
    public async Task Churn_leaves_no_ghost_and_no_memory()
    {
        await using var nodes = await TestCluster.StartAsync();
        var random = new Random(1);
        var present = new List<(ActorSystem System, IActorRef Actor, string Room)>();
        await ChurnAsync(nodes, present, random, TimeSpan.FromSeconds(1));
        var before = await MemoryAsync(nodes, present);

        var count = await ChurnAsync(nodes, present, random, Time);

        var after = await MemoryAsync(nodes, present);
        output.WriteLine($"{count} joins in {Time.TotalSeconds} s, {before / 1024} KiB before, {after / 1024} KiB after");
        Assert.True(after < before + (8 << 20), $"{before} bytes before, {after} after {count} joins");
    }

    private static async Task<int> ChurnAsync(TestCluster nodes, List<(ActorSystem System, IActorRef Actor, string Room)> present, Random random, TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        var count = 0;
        while (watch.Elapsed < time)
        {
            for (var i = 0; i < 100; i++, count++)
            {
                var system = nodes[random.Next(3)];
                var actor = system.ActorOf(Props.Empty);
                var room = $"room-{random.Next(20)}";
                system.Groups().Join(room, actor, $"member-{count}");
                present.Add((system, actor, room));
            }

            while (present.Count > Members)
            {
                var at = random.Next(present.Count);
                var (system, actor, room) = present[at];
                present.RemoveAt(at);
                if (random.Next(2) == 0)
                {
                    system.Groups().Leave(room, actor);
                }

                system.Stop(actor);
            }

            // The load has a bound: each node has processed its part.
            await Task.WhenAll(nodes.Nodes.Select(node => node.System.Groups().NamesAsync()));
        }

        return count;
    }

    /// <summary>Waits until all nodes see exactly the present members, and returns the memory in use then.</summary>
    private static async Task<long> MemoryAsync(TestCluster nodes, List<(ActorSystem System, IActorRef Actor, string Room)> present)
    {
        foreach (var room in Enumerable.Range(0, 20).Select(i => $"room-{i}"))
        {
            await nodes.SeeAsync(room, present.Count(member => member.Room == room));
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
