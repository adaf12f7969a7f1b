using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Xunit;

namespace Akka.Embedded.Tests.Actors;

/// <summary>What an actor knows of its surroundings, and how it names its children.</summary>
public sealed class ContextTests : EngineTest
{
    /// <summary>Runs a function in an actor and answers with its result or its exception.</summary>
    public sealed class Runs : ReceiveActor
    {
        public Runs() => Receive<Func<IUntypedActorContext, object?>>(f =>
        {
            object? result = null;
            var error = Record.Exception(() => result = f(Context));
            Sender.Tell(error ?? result ?? "null");
        });
    }

    private readonly IActorRef _actor;

    public ContextTests() => _actor = Sys.ActorOf(Props.Create(() => new Runs()), "runs");

    private async Task<T> In<T>(Func<IUntypedActorContext, object?> f) => await _actor.Ask<T>(f, Limit);

    [Fact]
    public async Task Parent_self_sender_props_and_system_are_known()
    {
        Assert.Equal(_actor, await In<IActorRef>(c => c.Self));
        Assert.Equal("/user", (await In<IActorRef>(c => c.Parent)).Path.ToStringWithoutAddress());
        Assert.Same(Sys, await In<ActorSystem>(c => c.System));
        Assert.Equal(typeof(Runs), (await In<Props>(c => c.Props)).Type);
        _actor.Tell((Func<IUntypedActorContext, object?>)(c => c.Sender), TestActor);
        await ExpectMsgAsync(TestActor);
    }

    [Fact]
    public async Task A_child_is_found_by_name_and_among_the_children_until_it_has_stopped()
    {
        var child = await In<IActorRef>(c => c.ActorOf(Props.Create(() => new Runs()), "child"));
        Assert.Equal(_actor.Path / "child", child.Path);
        Assert.Equal(child, await In<IActorRef>(c => c.Child("child")));
        Assert.Equal([child], await In<IActorRef[]>(c => c.GetChildren().ToArray()));
        Watch(child);
        await In<string>(c => { c.Stop(child); return null; });
        await ExpectTerminatedAsync(child);
        await AwaitAssertAsync(async () => Assert.Empty(await In<IActorRef[]>(c => c.GetChildren().ToArray())), Limit);
        Assert.True((await In<IActorRef>(c => c.Child("child"))).IsNobody());
    }

    [Fact]
    public async Task The_child_of_an_unknown_name_is_Nobody()
        => Assert.Same(ActorRefs.Nobody, await In<IActorRef>(c => c.Child("none")));

    [Fact]
    public async Task Two_children_of_one_name_are_refused()
    {
        await In<IActorRef>(c => c.ActorOf(Props.Empty, "twice"));
        var error = await In<InvalidActorNameException>(c => c.ActorOf(Props.Empty, "twice"));
        Assert.Contains("twice", error.Message, StringComparison.Ordinal);
        Assert.Contains("not unique", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_stays_taken_while_its_actor_is_stopping()
    {
        var go = new ManualResetEventSlim();
        var error = await In<InvalidActorNameException>(c =>
        {
            c.Stop(c.ActorOf(Props.Create(() => new StopsSlowly(go)), "slow"));
            return c.ActorOf(Props.Empty, "slow");
        });
        go.Set();
        Assert.Contains("slow", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("$a")]
    [InlineData("a#1")]
    [InlineData("a?")]
    [InlineData("ä")]
    [InlineData("a%2")]
    public async Task A_name_that_does_not_fit_into_a_path_is_refused(string name)
        => Assert.NotNull(await In<InvalidActorNameException>(c => c.ActorOf(Props.Empty, name)));

    [Theory]
    [InlineData("a")]
    [InlineData("a$b")]
    [InlineData("-_.*$+:@&=,!~';()")]
    [InlineData("a%20b")]
    public async Task A_name_that_fits_into_a_path_is_taken(string name)
        => Assert.Equal(name, (await In<IActorRef>(c => c.ActorOf(Props.Empty, name))).Path.Name);

    [Fact]
    public async Task Children_without_a_name_get_short_ones_in_order()
    {
        var names = await In<string[]>(c => Enumerable.Range(0, 66).Select(_ => c.ActorOf(Props.Empty).Path.Name).ToArray());
        Assert.Equal(["$a", "$b", "$c"], names[..3]);
        Assert.Equal(66, names.Distinct().Count());
        Assert.Equal("$ab", names[64]);
    }

    [Fact]
    public void An_actor_cannot_be_made_with_new()
        => Assert.IsType<ActorInitializationException>(OutsideOfActors(() => new Runs()));

    [Fact]
    public void There_is_no_context_outside_of_an_actors_turn()
        => Assert.IsType<NotSupportedException>(OutsideOfActors(Leaks.Children));

    // On a thread of its own: the test kit lends the test's thread the context of its test actor.
    private static Exception? OutsideOfActors(Func<object> action)
    {
        Exception? error = null;
        var thread = new Thread(() => error = Record.Exception(action));
        thread.Start();
        thread.Join();
        return error;
    }

    [Fact]
    public async Task Stopping_a_stranger_stops_it_too()
    {
        var stranger = Sys.ActorOf(Witness.Props("s", ActorRefs.Nobody));
        Watch(stranger);
        await In<string>(c => { c.Stop(stranger); return null; });
        await ExpectTerminatedAsync(stranger);
    }

    private sealed class StopsSlowly(ManualResetEventSlim go) : UntypedActor
    {
        protected override void OnReceive(object message) { }

        protected override void PostStop() => go.Wait(Limit);
    }

    private sealed class Leaks : UntypedActor
    {
        public static object Children() => Context.GetChildren();

        protected override void OnReceive(object message) { }
    }
}
