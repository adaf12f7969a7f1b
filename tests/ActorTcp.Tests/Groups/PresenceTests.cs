namespace ActorTcp.Tests.Groups;

/// <summary>Presence on one node.</summary>
public sealed class PresenceTests(ITestOutputHelper output) : TcpTestKit(output)
{
    private Address Node => ((ExtendedActorSystem)Sys).Provider.DefaultAddress;

    [Fact]
    public async Task Watcher_receives_the_present_members_once_and_then_each_change()
    {
        var (anna, ben, watcher) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        Sys.Groups().Join("room", anna, "anna");

        Sys.Presence().Watch("room", watcher);
        Sys.Presence().Watch("room", watcher);
        Sys.Groups().Join("room", ben, "ben");
        Sys.Groups().Join("other", ben, "ben");
        Sys.Groups().Leave("room", anna);
        var present = await watcher.ExpectMsgAsync<PresenceProtocol.Present>();
        Assert.Equal(("room", new GroupMember("anna", Node)), (present.Group, Assert.Single(present.Members)));
        await watcher.ExpectMsgAsync(new PresenceProtocol.Joined("room", new GroupMember("ben", Node)));
        await watcher.ExpectMsgAsync(new PresenceProtocol.Left("room", new GroupMember("anna", Node), LeaveReason.Left));

        Sys.Stop(ben);
        await watcher.ExpectMsgAsync(new PresenceProtocol.Left("room", new GroupMember("ben", Node), LeaveReason.Stopped));
    }

    [Fact]
    public async Task Member_that_joins_with_another_name_leaves_and_joins()
    {
        var (anna, watcher) = (CreateTestProbe(), CreateTestProbe());
        Sys.Groups().Join("room", anna, "anna");
        Sys.Presence().Watch("room", watcher);

        Sys.Groups().Join("room", anna, "ann");

        await watcher.ExpectMsgAsync<PresenceProtocol.Present>();
        await watcher.ExpectMsgAsync(new PresenceProtocol.Left("room", new GroupMember("anna", Node), LeaveReason.Left));
        await watcher.ExpectMsgAsync(new PresenceProtocol.Joined("room", new GroupMember("ann", Node)));
    }

    [Fact]
    public async Task Watcher_that_unwatches_receives_nothing_more()
    {
        var (anna, watcher, other) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        Sys.Presence().Watch("room", watcher);
        Sys.Presence().Watch("room", other);
        Sys.Presence().Unwatch("room", watcher);

        Sys.Groups().Join("room", anna, "anna");
        Sys.Presence().Watch("second", watcher);

        await watcher.ExpectMsgAsync(new PresenceProtocol.Present("room", []), Same);
        await watcher.ExpectMsgAsync(new PresenceProtocol.Present("second", []), Same);
        await other.ExpectMsgAsync<PresenceProtocol.Present>();
        await other.ExpectMsgAsync<PresenceProtocol.Joined>();
    }

    [Fact]
    public async Task Watcher_that_stops_ends_its_watch()
    {
        var (watcher, anna) = (CreateTestProbe(), CreateTestProbe());
        Sys.Groups().Join("room", watcher, "watcher");
        Sys.Presence().Watch("room", watcher);
        Sys.Groups().Join("room", anna, "anna");

        Sys.Stop(watcher);

        await UntilAsync(async () => await Sys.Groups().CountAsync("room") == 1);
        Sys.Groups().Leave("room", anna);
        Assert.Equal(0, await Sys.Groups().CountAsync("room", LimitToken()));
    }

    private static bool Same(PresenceProtocol.Present expected, PresenceProtocol.Present actual) =>
        expected.Group == actual.Group && expected.Members.SequenceEqual(actual.Members);
}
