
namespace ActorTcp.Cluster.Tests.Groups;

/// <summary>Groups, the directory and presence on three nodes that all live.</summary>
[Collection(AloneCollection.Name)]
public sealed class ClusterGroupsTests : IAsyncLifetime
{
    private TestCluster _nodes = null!;

    public async Task InitializeAsync() => _nodes = await TestCluster.StartAsync();

    public async Task DisposeAsync() => await _nodes.DisposeAsync();

    [Fact]
    public async Task Member_is_seen_on_all_nodes_until_it_leaves_or_stops()
    {
        var (anna, ben) = (new Inbox(_nodes[0]), new Inbox(_nodes[1]));
        _nodes[0].Groups().Join("room", anna.Actor, "anna");
        _nodes[1].Groups().Join("room", ben.Actor, "ben");
        await _nodes.SeeAsync("room", 2);

        var expected = new[] { new GroupMember("anna", _nodes.Nodes[0].Address), new GroupMember("ben", _nodes.Nodes[1].Address) };
        Assert.Equal(expected, (await _nodes[2].Groups().MembersAsync("room")).OrderBy(member => member.Name));
        Assert.Equal(["room"], await _nodes[2].Groups().NamesAsync());

        _nodes[0].Groups().Leave("room", anna.Actor);
        await _nodes.SeeAsync("room", 1);
        _nodes[1].Stop(ben.Actor);
        await _nodes.SeeAsync("room", 0);
        Assert.Empty(await _nodes[2].Groups().NamesAsync());
    }

    [Fact]
    public async Task Watcher_receives_the_changes_of_other_nodes_with_their_reason()
    {
        var (anna, ben, watcher) = (new Inbox(_nodes[0]), new Inbox(_nodes[1]), new Inbox(_nodes[2]));
        _nodes[0].Groups().Join("room", anna.Actor, "anna");
        await _nodes.SeeAsync("room", 1);
        _nodes[2].Presence().Watch("room", watcher.Actor);
        var present = await watcher.NextAsync<PresenceProtocol.Present>();
        var (first, second) = (new GroupMember("anna", _nodes.Nodes[0].Address), new GroupMember("ben", _nodes.Nodes[1].Address));
        Assert.Equal([first], present.Members);

        _nodes[1].Groups().Join("room", ben.Actor, "ben");
        Assert.Equal(new PresenceProtocol.Joined("room", second), await watcher.NextAsync<PresenceProtocol.Joined>());
        _nodes[0].Groups().Leave("room", anna.Actor);
        Assert.Equal(new PresenceProtocol.Left("room", first, LeaveReason.Left), await watcher.NextAsync<PresenceProtocol.Left>());
        _nodes[1].Stop(ben.Actor);
        Assert.Equal(new PresenceProtocol.Left("room", second, LeaveReason.Stopped), await watcher.NextAsync<PresenceProtocol.Left>());
    }

    [Fact]
    public async Task Message_reaches_each_member_of_each_node_once_and_in_order()
    {
        var inboxes = new List<Inbox>();
        for (var i = 0; i < 9; i++)
        {
            inboxes.Add(new Inbox(_nodes[i % 3]));
            _nodes[i % 3].Groups().Join("room", inboxes[i].Actor);
        }

        await _nodes.SeeAsync("room", 9);

        for (var i = 0; i < 100; i++)
        {
            _nodes[0].Groups().Send("room", new Send($"{i}"), except: inboxes[0].Actor);
        }

        _nodes[0].Groups().Tell("room", "end", sender: inboxes[0].Actor);
        Assert.Equal("end", await inboxes[0].NextAsync<string>());
        foreach (var inbox in inboxes.Skip(1))
        {
            for (var i = 0; i < 100; i++)
            {
                Assert.Equal($"{i}", Encoding.UTF8.GetString((await inbox.NextAsync<Send>()).Memory.Span));
            }

            Assert.Equal("end", await inbox.NextAsync<string>());
            Assert.Equal(inboxes[0].Actor.Path.Name, inbox.LastSender!.Path.Name);
        }
    }

    [Fact]
    public async Task Member_of_another_node_can_be_excepted_and_joined_and_removed()
    {
        var (anna, ben) = (new Inbox(_nodes[0]), new Inbox(_nodes[1]));
        var remote = await RemoteAsync(_nodes[0], ben);
        _nodes[0].Groups().Join("room", anna.Actor, "anna");
        _nodes[0].Groups().Join("room", remote, "ben");
        await _nodes.SeeAsync("room", 2);
        Assert.Contains(new GroupMember("ben", _nodes.Nodes[1].Address), await _nodes[2].Groups().MembersAsync("room"));

        _nodes[0].Groups().Tell("room", "not for ben", except: remote);
        _nodes[0].Groups().Tell("room", "for all");
        Assert.Equal("for all", await ben.NextAsync<string>());
        Assert.Equal("not for ben", await anna.NextAsync<string>());

        _nodes[2].Groups().Leave("room", await RemoteAsync(_nodes[2], ben));
        await _nodes.SeeAsync("room", 1);
    }

    [Fact]
    public async Task Frame_of_a_broadcast_is_encoded_once_on_each_node()
    {
        var framings = new List<CountingFraming>();
        var clients = new List<TcpClient>();
        for (var node = 0; node < 3; node++)
        {
            framings.Add(new CountingFraming());
            var bind = new ListenerProtocol.Bind("127.0.0.1", 0, Props.Create(() => new JoiningHandler()), new HandlerOptions { Framing = framings[node] });
            var bound = await _nodes[node].ActorTcp().BindAsync(bind);
            for (var i = 0; i < 10; i++)
            {
                clients.Add(new TcpClient());
                await clients[^1].ConnectAsync(IPAddress.Loopback, bound.LocalAddress.Port);
            }
        }

        await _nodes.SeeAsync("room", 30);

        _nodes[1].Groups().Send("room", new Send("hello"));

        foreach (var client in clients)
        {
            var bytes = new byte[6];
            await client.GetStream().ReadExactlyAsync(bytes).AsTask().WaitAsync(Eventually.Limit);
            Assert.Equal("hello\n", Encoding.UTF8.GetString(bytes));
        }

        Assert.All(framings, framing => Assert.Equal(1, framing.Encoded));
        clients.ForEach(client => client.Dispose());
        await _nodes.SeeAsync("room", 0);
    }

    [Fact]
    public async Task Name_is_found_on_all_nodes_and_cannot_be_taken_twice()
    {
        var (anna, other) = (new Inbox(_nodes[0]), new Inbox(_nodes[1]));
        Assert.IsType<DirectoryProtocol.Registered>(await _nodes[0].Directory().RegisterAsync("user:anna", anna.Actor));
        await Eventually.HoldsAsync(async () => await _nodes[1].Directory().FindAsync("user:anna") is not null);

        var taken = Assert.IsType<DirectoryProtocol.NameTaken>(await _nodes[1].Directory().RegisterAsync("user:anna", other.Actor));
        Assert.Equal(_nodes.Nodes[0].Address, taken.Node);
        taken.Holder.Tell("hello", other.Actor);
        Assert.Equal("hello", await anna.NextAsync<string>());

        _nodes[0].Stop(anna.Actor);
        await Eventually.HoldsAsync(async () => await _nodes[1].Directory().RegisterAsync("user:anna", other.Actor) is DirectoryProtocol.Registered);
    }

    [Fact]
    public async Task Groups_work_when_all_messages_are_serialized()
    {
        await using var nodes = await TestCluster.StartAsync(2, "akka.actor.serialize-messages = on");
        var (anna, ben) = (new Inbox(nodes[0]), new Inbox(nodes[1]));
        nodes[0].Groups().Join("room", anna.Actor, "anna");
        nodes[1].Groups().Join("room", ben.Actor, "ben");
        nodes[1].Presence().Watch("room", ben.Actor);
        await nodes.SeeAsync("room", 2);

        nodes[0].Groups().Send("room", new Send("hello"));

        Assert.IsType<PresenceProtocol.Present>(await ben.NextAsync<object>());
        Assert.Equal("hello", Encoding.UTF8.GetString((await anna.NextAsync<Send>()).Memory.Span));
        Assert.IsType<DirectoryProtocol.Registered>(await nodes[0].Directory().RegisterAsync("user:anna", anna.Actor));
    }

    [Fact]
    public async Task Send_that_is_too_large_for_a_message_between_nodes_is_counted()
    {
        var (anna, ben) = (new Inbox(_nodes[0]), new Inbox(_nodes[1]));
        _nodes[0].Groups().Join("room", anna.Actor, "anna");
        _nodes[1].Groups().Join("room", ben.Actor, "ben");
        await _nodes.SeeAsync("room", 2);

        _nodes[0].Groups().Send("room", new Send(new byte[5 << 20]));
        _nodes[0].Groups().Send("room", new Send(new byte[3 << 20]));

        Assert.Equal(5 << 20, (await anna.NextAsync<Send>()).Memory.Length);
        Assert.Equal(3 << 20, (await ben.NextAsync<Send>()).Memory.Length);
    }

    /// <summary>Returns the reference that another system has for an inbox.</summary>
    private static Task<IActorRef> RemoteAsync(ActorSystem system, Inbox inbox) =>
        system.ActorSelection(inbox.Actor.Path.ToStringWithAddress(inbox.Node)).ResolveOne(Eventually.Limit);

    private sealed class JoiningHandler : TcpHandler
    {
        protected override void OnConnected(ConnectionProtocol.Connected connected) => Context.System.Groups().Join("room", Connection);
    }
}
