using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Xunit;

namespace Akka.Embedded.Tests.Paths;

/// <summary>Finding actors by path.</summary>
public sealed class SelectionTests : EngineTest
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);

    private readonly IActorRef _top;

    public SelectionTests()
    {
        _top = Sys.ActorOf(Witness.Props("top", ActorRefs.Nobody), "top");
        foreach (var name in new[] { "one", "two", "other" })
            Spawn(_top, name);
    }

    private static IActorRef Spawn(IActorRef parent, string name)
        => parent.Ask<IActorRef>(new Witness.Spawn(Witness.Props(name, ActorRefs.Nobody), name), Limit).Result;

    private async Task ExpectFound(ActorSelection selection, params string[] paths)
    {
        selection.Tell(new Identify(paths), TestActor);
        var found = new List<string>();
        foreach (var _ in paths)
        {
            var identity = await ExpectMsgAsync<ActorIdentity>();
            Assert.Same(paths, identity.MessageId);
            found.Add(identity.Subject.Path.ToStringWithoutAddress());
        }
        Assert.Equal(paths.Order(), found.Order());
    }

    [Fact]
    public async Task A_path_finds_the_actor_that_lives_there()
    {
        await ExpectFound(Sys.ActorSelection("/user/top/one"), "/user/top/one");
        await ExpectFound(Sys.ActorSelection(_top.Path / "one"), "/user/top/one");
        await ExpectFound(Sys.ActorSelection($"akka://{Sys.Name}/user/top"), "/user/top");
        await ExpectFound(Sys.ActorSelection("/user"), "/user");
        await ExpectFound(Sys.ActorSelection("/system"), "/system");
    }

    [Fact]
    public async Task Star_and_question_mark_find_every_match()
    {
        await ExpectFound(Sys.ActorSelection("/user/top/*"), "/user/top/one", "/user/top/two", "/user/top/other");
        await ExpectFound(Sys.ActorSelection("/user/top/o*"), "/user/top/one", "/user/top/other");
        await ExpectFound(Sys.ActorSelection("/user/top/t?o"), "/user/top/two");
        await ExpectFound(Sys.ActorSelection("/user/*/one"), "/user/top/one");
    }

    [Fact]
    public async Task Two_stars_at_the_end_find_the_whole_subtree()
    {
        Spawn(await Sys.ActorSelection("/user/top/one").ResolveOne(Limit), "leaf");
        await ExpectFound(Sys.ActorSelection("/user/top/**"),
            "/user/top/one", "/user/top/two", "/user/top/other", "/user/top/one/leaf");
        Assert.Throws<IllegalActorNameException>(() => Sys.ActorSelection("/user/**/leaf"));
    }

    [Fact]
    public async Task Two_dots_go_up()
        => await ExpectFound(Sys.ActorSelection("/user/top/one/../two"), "/user/top/two");

    [Fact]
    public async Task Inside_an_actor_a_path_is_relative_to_it()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Selects()), "selects");
        actor.Tell("../top/one", TestActor);
        await ExpectMsgAsync(await Sys.ActorSelection("/user/top/one").ResolveOne(Limit));
        actor.Tell("child", TestActor);
        Assert.Equal("/user/selects/child", (await ExpectMsgAsync<IActorRef>()).Path.ToStringWithoutAddress());
        actor.Tell("/user/top", TestActor);
        await ExpectMsgAsync(_top);
    }

    [Fact]
    public async Task Identify_of_nobody_is_answered_without_a_subject()
    {
        Sys.ActorSelection("/user/none").Tell(new Identify(7), TestActor);
        var identity = await ExpectMsgAsync<ActorIdentity>();
        Assert.Equal((7, null), (identity.MessageId, identity.Subject));
    }

    [Fact]
    public async Task Identify_of_the_dead_is_answered_without_a_subject()
    {
        var actor = Sys.ActorOf(Props.Empty);
        Assert.True(await actor.GracefulStop(Limit));
        actor.Tell(new Identify("dead"), TestActor);
        var identity = await ExpectMsgAsync<ActorIdentity>();
        Assert.Equal(("dead", null), (identity.MessageId, identity.Subject));
    }

    [Fact]
    public async Task A_pattern_that_matches_nobody_below_a_matched_parent_is_not_answered()
    {
        Sys.ActorSelection("/user/top/*/none").Tell(new Identify(7), TestActor);
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task ResolveOne_gives_the_reference_or_ActorNotFoundException()
    {
        Assert.Equal(_top, await Sys.ActorSelection("/user/top").ResolveOne(Limit));
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/none").ResolveOne(Limit));
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/top/*/none").ResolveOne(Short));
    }

    [Fact]
    public async Task A_selection_sees_who_lives_there_now()
    {
        var selection = Sys.ActorSelection("/user/late");
        await Assert.ThrowsAsync<ActorNotFoundException>(() => selection.ResolveOne(Limit));
        var late = Sys.ActorOf(Props.Empty, "late");
        Assert.Equal(late, await selection.ResolveOne(Limit));
    }

    [Fact]
    public void Selections_are_values()
    {
        var one = Sys.ActorSelection("/user/top/one");
        Assert.Equal(one, Sys.ActorSelection("/user/top/one"));
        Assert.Equal(one.GetHashCode(), Sys.ActorSelection("/user/top/one").GetHashCode());
        Assert.NotEqual(one, Sys.ActorSelection("/user/top/two"));
        Assert.Equal("/user/top/one", one.PathString);
        Assert.Equal($"ActorSelection[Anchor(akka://{Sys.Name}/), Path(/user/top/one)]", one.ToString());
        Assert.Equal("/one", new ActorSelection(_top, "one").PathString);
    }

    private sealed class Selects : ReceiveActor
    {
        public Selects()
        {
            Context.ActorOf(Props.Empty, "child");
            ReceiveAsync<string>(async path => Sender.Tell(await Context.ActorSelection(path).ResolveOne(Limit)));
        }
    }
}
