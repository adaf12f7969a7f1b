namespace ActorTcp.Tests.Groups;

/// <summary>The directory of one node.</summary>
public sealed class DirectoryTests(ITestOutputHelper output) : TcpTestKit(output)
{
    [Fact]
    public async Task Name_is_found_until_it_is_unregistered()
    {
        var anna = CreateTestProbe();
        Assert.Equal(new DirectoryProtocol.Registered("user:anna", anna), await Sys.Directory().RegisterAsync("user:anna", anna, LimitToken()));
        Assert.Equal(anna, await Sys.Directory().FindAsync("user:anna", LimitToken()));

        Sys.Directory().Unregister("user:anna", TestActor);
        Assert.Equal(anna, await Sys.Directory().FindAsync("user:anna", LimitToken()));

        Sys.Directory().Unregister("user:anna", anna);
        Assert.Null(await Sys.Directory().FindAsync("user:anna", LimitToken()));
    }

    [Fact]
    public async Task Name_that_is_taken_is_answered_with_its_holder()
    {
        var (anna, other) = (CreateTestProbe(), CreateTestProbe());
        var node = ((ExtendedActorSystem)Sys).Provider.DefaultAddress;
        Sys.Directory().Register("user:anna", anna, anna);
        Sys.Directory().Register("user:anna", anna, anna);
        Sys.Directory().Register("user:anna", other, other);

        await anna.ExpectMsgAsync(new DirectoryProtocol.Registered("user:anna", anna));
        await anna.ExpectMsgAsync(new DirectoryProtocol.Registered("user:anna", anna));
        await other.ExpectMsgAsync(new DirectoryProtocol.NameTaken("user:anna", anna, node));
    }

    [Fact]
    public async Task Name_ends_when_its_actor_stops()
    {
        var anna = CreateTestProbe();
        await Sys.Directory().RegisterAsync("user:anna", anna, LimitToken());

        Sys.Stop(anna);

        await UntilAsync(async () => await Sys.Directory().FindAsync("user:anna") is null);
        Assert.IsType<DirectoryProtocol.Registered>(await Sys.Directory().RegisterAsync("user:anna", TestActor, LimitToken()));
    }

    [Fact]
    public async Task Find_by_message_answers_the_actor_that_asks()
    {
        var anna = CreateTestProbe();
        await Sys.Directory().RegisterAsync("user:anna", anna, LimitToken());

        Sys.Directory().Find("user:anna", TestActor);
        Sys.Directory().Find("user:ben", TestActor);

        await ExpectMsgAsync(new DirectoryProtocol.Found("user:anna", anna));
        await ExpectMsgAsync(new DirectoryProtocol.Found("user:ben", null));
    }
}
