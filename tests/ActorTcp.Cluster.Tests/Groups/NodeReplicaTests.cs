using ActorTcp.Cluster.Groups;

namespace ActorTcp.Cluster.Tests.Groups;

/// <summary>A replica equals its node after any loss, repetition or reordering of messages, once the last state has arrived.</summary>
public sealed class NodeReplicaTests(ITestOutputHelper output)
{
    private static readonly int Seed = int.Parse(
        Environment.GetEnvironmentVariable("ACTORTCP_TEST_SEED") ?? string.Create(CultureInfo.InvariantCulture, $"{Random.Shared.Next(1_000_000)}"),
        CultureInfo.InvariantCulture);

    [Fact]
    public void Replica_with_a_lossy_network_equals_its_node_after_the_last_state()
    {
        output.WriteLine($"ACTORTCP_TEST_SEED={Seed}");
        for (var seed = Seed; seed < Seed + 500; seed++)
        {
            var random = new Random(seed);
            var node = new Model(random);
            var seen = new Seen();
            var replica = new NodeReplica(seen);
            var network = new List<GroupMessage>();
            for (var step = 0; step < 40; step++)
            {
                network.AddRange(random.Next(6) == 0 ? node.State() : [node.Change(random.Next(1, 4))]);
                while (network.Count > 0 && random.Next(3) > 0)
                {
                    var at = random.Next(4) == 0 ? random.Next(network.Count) : 0;
                    Deliver(replica, network[at]);
                    if (random.Next(5) > 0)
                    {
                        network.RemoveAt(at);
                    }
                }

                if (random.Next(4) == 0)
                {
                    network.Clear();
                }

                seen.AssertEquals(replica, seed);
            }

            node.State().ForEach(part => Deliver(replica, part));

            Assert.True(node.Version == replica.Version, $"seed {seed}: version {replica.Version} of {node.Version}");
            Assert.Equal(node.Members.Order(), Members(replica).Order());
            Assert.Equal(node.Names.Order(), replica.Names.Select(name => $"{name.Key}={name.Value.Path}").Order());
            seen.AssertEquals(replica, seed);
        }
    }

    [Fact]
    public void Change_after_a_gap_is_not_applied()
    {
        var replica = new NodeReplica(new Seen());
        Assert.False(replica.TryApply(0, [new Change(ChangeKind.Joined, "room", 1, "anna")]));
        Assert.True(replica.TryApply(new GroupMessage.StatePart(0, 5, 0, true, [])));

        Assert.False(replica.TryApply(6, [new Change(ChangeKind.Joined, "room", 1, "anna")]));
        Assert.True(replica.TryApply(5, [new Change(ChangeKind.Joined, "room", 2, "ben")]));

        Assert.Equal(["room 2 ben"], Members(replica));
    }

    [Fact]
    public void State_with_a_missing_part_changes_nothing()
    {
        var replica = new NodeReplica(new Seen());
        Assert.True(replica.TryApply(new GroupMessage.StatePart(0, 3, 0, false, [new Change(ChangeKind.Joined, "room", 1, "anna")])));
        Assert.False(replica.TryApply(new GroupMessage.StatePart(0, 3, 2, true, [new Change(ChangeKind.Joined, "room", 3, "carl")])));

        Assert.Equal(-1, replica.Version);
        Assert.Empty(replica.Groups);
    }

    private static void Deliver(NodeReplica replica, GroupMessage message)
    {
        var before = replica.Version;
        _ = message switch
        {
            GroupMessage.Delta delta => replica.TryApply(delta.From, delta.Changes),
            GroupMessage.StatePart part => replica.TryApply(part),
            _ => throw new InvalidOperationException(),
        };
        Assert.True(replica.Version >= before, "a replica never goes back");
    }

    private static IEnumerable<string> Members(NodeReplica replica) =>
        replica.Groups.SelectMany(group => group.Value.Select(member => $"{group.Key} {member.Key} {member.Value}"));

    /// <summary>A node, with the messages that it sends.</summary>
    private sealed class Model(Random random)
    {
        private readonly Dictionary<long, (string Group, string Name)> _members = [];
        private readonly Dictionary<string, string> _names = [];
        private long _lastId;

        public long Version { get; private set; }

        public IEnumerable<string> Members => _members.Select(member => $"{member.Value.Group} {member.Key} {member.Value.Name}");

        public IEnumerable<string> Names => _names.Select(name => $"{name.Key}={name.Value}");

        public GroupMessage.Delta Change(int count)
        {
            var from = Version;
            Version += count;
            return new GroupMessage.Delta(0, from, [.. Enumerable.Range(0, count).Select(_ => Next())]);
        }

        /// <summary>The parts of the state. They are the same for each request at the same version, as those of a node are.</summary>
        public List<GroupMessage> State()
        {
            var parts = 1 + (int)(Version % 3);
            var changes = _members.Select(member => new Change(ChangeKind.Joined, member.Value.Group, member.Key, member.Value.Name))
                .Concat(_names.Select(name => new Change(ChangeKind.Registered, name.Key, 0, name.Value)))
                .ToList();
            return [.. Enumerable.Range(0, parts).Select(i =>
                new GroupMessage.StatePart(0, Version, i, i == parts - 1, [.. changes.Where((_, at) => at * parts / changes.Count == i)]))];
        }

        private Change Next()
        {
            var group = $"g{random.Next(3)}";
            switch (random.Next(5))
            {
                case 0 when _members.Count > 0:
                    var (id, (left, _)) = _members.ElementAt(random.Next(_members.Count));
                    _members.Remove(id);
                    return new Change(random.Next(2) == 0 ? ChangeKind.Left : ChangeKind.Stopped, left, id, "");
                case 1:
                    _names[group] = $"path{random.Next(100)}";
                    return new Change(ChangeKind.Registered, group, 0, _names[group]);
                case 2:
                    _names.Remove(group);
                    return new Change(ChangeKind.Unregistered, group, 0, "");
                default:
                    _members.Add(++_lastId, (group, $"m{random.Next(5)}"));
                    return new Change(ChangeKind.Joined, group, _lastId, _members[_lastId].Name);
            }
        }
    }

    /// <summary>The members by the notices of a replica.</summary>
    private sealed class Seen : IReplicaObserver
    {
        private readonly Dictionary<(string Group, string Name), int> _counts = [];

        public void OnJoined(string group, string name) => _counts[(group, name)] = _counts.GetValueOrDefault((group, name)) + 1;

        public void OnLeft(string group, string name, LeaveReason reason)
        {
            Assert.True(_counts[(group, name)]-- > 0);
        }

        public void OnRegistered(string name, ReplicaName registration)
        {
        }

        public void AssertEquals(NodeReplica replica, int seed)
        {
            var members = replica.Groups.SelectMany(group => group.Value.Values.Select(name => (group.Key, name))).Order();
            var seen = _counts.SelectMany(count => Enumerable.Repeat(count.Key, count.Value)).Order();
            Assert.True(members.SequenceEqual(seen), $"seed {seed}: the notices do not match the state");
        }
    }
}
