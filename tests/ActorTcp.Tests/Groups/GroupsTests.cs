namespace ActorTcp.Tests.Groups;

/// <summary>The groups of one node, with plain actors as members.</summary>
public sealed class GroupsTests(ITestOutputHelper output) : TcpTestKit(output)
{
    [Fact]
    public async Task Member_receives_what_is_sent_to_its_group_and_nothing_else()
    {
        var (anna, ben) = (CreateTestProbe(), CreateTestProbe());
        Sys.Groups().Join("room", anna, "anna");
        Sys.Groups().Join("other", ben, "ben");

        Sys.Groups().Tell("other", "second", sender: TestActor);
        Sys.Groups().Tell("room", "first", sender: TestActor);

        Assert.Equal("first", await anna.ExpectMsgAsync<string>());
        Assert.Equal(TestActor, anna.LastSender);
        Assert.Equal("second", await ben.ExpectMsgAsync<string>());
    }

    [Fact]
    public async Task Member_that_is_excepted_does_not_receive_the_Send()
    {
        var (anna, ben) = (CreateTestProbe(), CreateTestProbe());
        Sys.Groups().Join("room", anna);
        Sys.Groups().Join("room", ben);

        Sys.Groups().Send("room", new Send("hello"), except: anna);
        Sys.Groups().Tell("room", "after");

        Assert.Equal("hello", Encoding.UTF8.GetString((await ben.ExpectMsgAsync<Send>()).Memory.Span));
        await ben.ExpectMsgAsync("after");
        await anna.ExpectMsgAsync("after");
    }

    [Fact]
    public async Task Member_that_joins_twice_is_one_member()
    {
        var anna = CreateTestProbe();
        Sys.Groups().Join("room", anna, "anna");
        Sys.Groups().Join("room", anna, "anna");

        Sys.Groups().Tell("room", "once");
        Sys.Groups().Tell("room", "again");

        Assert.Equal(1, await Sys.Groups().CountAsync("room", LimitToken()));
        await anna.ExpectMsgAsync("once");
        await anna.ExpectMsgAsync("again");
    }

    [Fact]
    public async Task Member_that_leaves_or_stops_is_no_member_any_more()
    {
        var (anna, ben, carl) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        Sys.Groups().Join("room", anna, "anna");
        Sys.Groups().Join("room", ben, "ben");
        Sys.Groups().Join("room", carl, "carl");

        Sys.Groups().Leave("room", ben);
        Sys.Stop(carl);

        await UntilAsync(async () => await Sys.Groups().CountAsync("room") == 1);
        Assert.Equal([new GroupMember("anna", Node)], await Sys.Groups().MembersAsync("room", LimitToken()));
    }

    [Fact]
    public async Task Actor_that_has_stopped_before_it_joins_is_removed()
    {
        var anna = CreateTestProbe();
        Watch(anna);
        Sys.Stop(anna);
        await ExpectTerminatedAsync(anna, Limit);

        Sys.Groups().Join("room", anna);

        await UntilAsync(async () => (await Sys.Groups().NamesAsync()).Count == 0);
    }

    [Fact]
    public async Task Leased_bytes_of_a_Send_are_released_when_it_is_sent_to_a_group()
    {
        var anna = CreateTestProbe();
        Sys.Groups().Join("room", anna);
        var received = Received.CopyOf("hello"u8);
        var send = received.ToSend("token");

        Sys.Groups().Send("room", send);
        received.Release();

        var sent = await anna.ExpectMsgAsync<Send>();
        Assert.Equal("hello", Encoding.UTF8.GetString(sent.Memory.Span));
        Assert.Null(sent.Token);
    }

    [Fact]
    public async Task Names_of_groups_are_those_with_members()
    {
        var anna = CreateTestProbe();
        Sys.Groups().Join("b", anna);
        Sys.Groups().Join("a", anna);
        Assert.Equal(["a", "b"], (await Sys.Groups().NamesAsync(LimitToken())).Order());

        Sys.Groups().Leave("a", anna);
        Sys.Groups().Leave("a", anna);

        Assert.Equal(["b"], await Sys.Groups().NamesAsync(LimitToken()));
    }

    [Fact]
    public async Task Meters_count_groups_members_and_broadcasts()
    {
        using var readings = new Readings(Sys.ActorTcp().Meters);
        var (anna, ben) = (CreateTestProbe(), CreateTestProbe());
        Sys.Groups().Join("room", anna);
        Sys.Groups().Join("room", ben);
        Sys.Groups().Join("other", ben);
        Sys.Groups().Tell("room", "hello");
        await anna.ExpectMsgAsync("hello");

        Assert.Equal(2, readings.Read("actortcp.groups.active"));
        Assert.Equal(3, readings.Read("actortcp.groups.members"));
        Assert.Equal(1, readings.Read("actortcp.groups.broadcasts"));

        Sys.Stop(ben);
        await UntilAsync(() => readings.Read("actortcp.groups.members") == 1);
        Assert.Equal(1, readings.Read("actortcp.groups.active"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void Name_that_is_empty_throws(string? name)
    {
        Assert.ThrowsAny<ArgumentException>(() => Sys.Groups().Join(name!, TestActor));
        Assert.ThrowsAny<ArgumentException>(() => Sys.Groups().Send(name!, new Send("hello")));
        Assert.ThrowsAny<ArgumentException>(() => Sys.Directory().Register(name!, TestActor));
        Assert.ThrowsAny<ArgumentException>(() => Sys.Presence().Watch(name!, TestActor));
    }

    [Fact]
    public void Name_that_is_too_long_throws()
    {
        Assert.Throws<ArgumentException>(() => Sys.Groups().Join(new string('x', 1025), TestActor));
        Assert.Throws<ArgumentException>(() => Sys.Groups().Join("room", TestActor, new string('x', 1025)));
    }

    [Fact]
    public async Task Question_after_the_end_of_the_system_fails()
    {
        var groups = Sys.Groups();
        await Sys.Terminate();

        await Assert.ThrowsAsync<OperationCanceledException>(() => groups.CountAsync("room"));
    }

    private Address Node => ((ExtendedActorSystem)Sys).Provider.DefaultAddress;
}
