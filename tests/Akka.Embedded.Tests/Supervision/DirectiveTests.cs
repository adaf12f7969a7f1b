using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Supervision;

/// <summary>What each directive does to the child that failed, and what is logged about it.</summary>
public sealed class DirectiveTests : SupervisionTest
{
    [Fact]
    public async Task Restart_makes_a_new_instance()
    {
        var child = await Child(Parent(Always(Directive.Restart)), "c");
        child.Tell(new Boom("x"));
        child.Tell("next");
        await ExpectRestart("c", "x");
        await ExpectMsgAsync("c:next");
    }

    [Fact]
    public async Task Resume_keeps_the_instance_and_drops_the_message()
    {
        var child = await Child(Parent(Always(Directive.Resume)), "c");
        child.Tell(new Boom("x"));
        child.Tell("next");
        await ExpectMsgAsync("c:next");
    }

    [Fact]
    public async Task Stop_stops_the_child_and_its_queued_messages_become_dead_letters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var child = await Child(Parent(Always(Directive.Stop)), "c");
        child.Tell(new Boom("x"));
        child.Tell("next");
        await ExpectMsgAsync("c:PostStop");
        var letter = await ExpectMsgAsync<DeadLetter>();
        Assert.Equal(("next", child), (letter.Message, letter.Recipient));
    }

    [Fact]
    public async Task Escalate_makes_the_failure_the_parents_own()
    {
        var top = Parent(Always(Directive.Restart));
        var middle = await Child(top, "m", Always(Directive.Escalate));
        var child = await Child(middle, "c");
        child.Tell(new Boom("x"));
        // The parent is restarted for the child's reason, which by default stops the child.
        await ExpectMsgAsync<string>(m => m.StartsWith("m:PreRestart(x,", StringComparison.Ordinal));
        var two = new[] { await ExpectMsgAsync<string>(), await ExpectMsgAsync<string>() };
        Assert.Equal(["c:PostStop", "m:PostStop"], two.Order());
        await ExpectInOrder("m:new", "m:PostRestart(x)", "m:PreStart");
    }

    [Fact]
    public async Task By_default_an_exception_restarts()
    {
        var child = await Child(Parent(Actor.SupervisorStrategy.DefaultStrategy), "c");
        child.Tell(new Boom("x"));
        await ExpectRestart("c", "x");
    }

    [Fact]
    public async Task By_default_a_kill_stops()
    {
        var child = await Child(Parent(Actor.SupervisorStrategy.DefaultStrategy), "c");
        child.Tell(Kill.Instance);
        await ExpectMsgAsync("c:PostStop");
    }

    [Theory]
    [InlineData(typeof(ActorInitializationException), Directive.Stop)]
    [InlineData(typeof(ActorKilledException), Directive.Stop)]
    [InlineData(typeof(DeathPactException), Directive.Stop)]
    [InlineData(typeof(InvalidOperationException), Directive.Restart)]
    [InlineData(typeof(OutOfMemoryException), Directive.Restart)]
    public void The_default_decider_stops_only_what_cannot_go_on(Type exception, Directive expected)
    {
        object[] arguments = exception == typeof(DeathPactException) ? [TestActor] : ["x"];
        var cause = (Exception)Activator.CreateInstance(exception, arguments)!;
        Assert.Equal(expected, Actor.SupervisorStrategy.DefaultDecider.Decide(cause));
    }

    [Fact]
    public async Task Each_child_can_have_its_own_directive_by_exception()
    {
        var decider = Decider.From(Directive.Escalate, Directive.Resume.When<Boom>(), Directive.Stop.When<Bang>());
        var parent = Parent(new OneForOneStrategy(decider));
        var child = await Child(parent, "c");
        child.Tell(new Boom("x"));
        child.Tell("next");
        await ExpectMsgAsync("c:next");
        child.Tell(new Bang("y"));
        await ExpectMsgAsync("c:PostStop");
    }

    [Fact]
    public async Task A_sibling_is_left_alone_by_OneForOne()
    {
        var parent = Parent(Always(Directive.Restart));
        var one = await Child(parent, "one");
        var two = await Child(parent, "two");
        one.Tell(new Boom("x"));
        await ExpectRestart("one", "x");
        two.Tell("untouched");
        await ExpectMsgAsync("two:untouched");
    }

    [Theory]
    [InlineData(Directive.Restart)]
    [InlineData(Directive.Stop)]
    public async Task A_restart_and_a_stop_are_logged_as_errors_with_the_childs_path(Directive directive)
    {
        var child = await Child(Parent(Always(directive)), "c");
        Sys.EventStream.Subscribe(TestActor, typeof(Error));
        child.Tell(new Boom("the cause"));
        var error = (Error)await FishForMessageAsync(m => m is Error);
        Assert.Equal("the cause", error.Message.ToString());
        Assert.IsType<Boom>(error.Cause);
        Assert.Equal(child.Path.ToString(), error.LogSource);
        Assert.Equal(typeof(OneForOneStrategy), error.LogClass);
    }

    [Fact]
    public async Task A_resume_is_logged_as_a_warning()
    {
        var child = await Child(Parent(Always(Directive.Resume)), "c");
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        child.Tell(new Boom("the cause"));
        var warning = await ExpectMsgAsync<Warning>();
        Assert.Equal(("the cause", child.Path.ToString()), (warning.Message.ToString(), warning.LogSource));
        Assert.IsType<Boom>(warning.Cause);
    }

    [Fact]
    public async Task A_strategy_with_logging_off_logs_nothing()
    {
        var child = await Child(Parent(new OneForOneStrategy(_ => Directive.Restart, loggingEnabled: false)), "c");
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));
        child.Tell(new Boom("x"));
        await ExpectRestart("c", "x");
    }

    [Fact]
    public async Task An_exception_of_the_decider_is_the_parents_own_failure()
    {
        var top = Parent(new OneForOneStrategy(e =>
        {
            TestActor.Tell(e.Message);
            return Directive.Stop;
        }));
        var middle = await Child(top, "m", new OneForOneStrategy(_ => throw new Bang("undecided")));
        var child = await Child(middle, "c");
        child.Tell(new Boom("x"));
        await ExpectInOrder("undecided", "c:PostStop", "m:PostStop");
    }
}
