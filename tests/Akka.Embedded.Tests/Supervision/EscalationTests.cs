using Akka.Actor;
using Akka.Configuration;
using Akka.Embedded.Tests.Support;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Supervision;

/// <summary>Failures that go up, to the guardians and past them.</summary>
public sealed class EscalationTests : SupervisionTest
{
    public sealed class Escalating : SupervisorStrategyConfigurator
    {
        public override SupervisorStrategy Create() => new OneForOneStrategy(_ => Directive.Escalate);
    }

    private static string Guardian(string strategy) => $"akka.actor.guardian-supervisor-strategy = \"{strategy}\"";

    private static Task<bool> Terminated(ActorSystem system)
        => Task.WhenAny(system.WhenTerminated, Task.Delay(Limit)).ContinueWith(_ => system.WhenTerminated.IsCompleted, TaskScheduler.Default);

    [Fact]
    public async Task A_failure_that_nobody_decides_reaches_the_user_guardian_which_restarts_the_top_actor()
    {
        var top = Sys.ActorOf(Witness.Props("t", TestActor, Always(Directive.Escalate)));
        await ExpectInOrder("t:new", "t:PreStart");
        var child = await Child(top, "c", Always(Directive.Escalate));
        var grandchild = await Child(child, "g");
        grandchild.Tell(new Boom("x"));
        await FishForMessageAsync(m => m is "t:PostRestart(x)");
        await ExpectMsgAsync("t:PreStart");
    }

    [Fact]
    public async Task The_message_in_hand_on_an_escalated_restart_is_not_the_childs()
    {
        var top = Sys.ActorOf(Witness.Props("t", TestActor, Always(Directive.Escalate)));
        await ExpectInOrder("t:new", "t:PreStart");
        var child = await Child(top, "c");
        child.Tell(new Boom("x"));
        var note = await ExpectMsgAsync<string>();
        Assert.StartsWith("t:PreRestart(x,", note, StringComparison.Ordinal);
        // Odd but so: it is the engine's own notice of the failure.
        Assert.DoesNotContain("Boom: x)", note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_guardians_strategy_can_be_configured_to_stop()
    {
        var system = ActorSystem.Create("stopping", Guardian("Akka.Actor.StoppingSupervisorStrategy"));
        try
        {
            var top = system.ActorOf(Witness.Props("t", TestActor));
            await ExpectInOrder("t:new", "t:PreStart");
            top.Tell(new Boom("x"));
            await ExpectMsgAsync("t:PostStop");
            Assert.False(system.WhenTerminated.IsCompleted);
        }
        finally
        {
            await system.Terminate();
        }
    }

    [Fact]
    public async Task A_failure_past_the_user_guardian_ends_the_system()
    {
        var system = ActorSystem.Create("escalating", Guardian(typeof(Escalating).AssemblyQualifiedName!));
        var top = system.ActorOf(Witness.Props("t", TestActor));
        await ExpectInOrder("t:new", "t:PreStart");
        top.Tell(new Boom("x"));
        await ExpectMsgAsync("t:PostStop");
        Assert.True(await Terminated(system));
    }

    [Fact]
    public void An_unknown_strategy_of_the_guardian_is_a_configuration_error()
    {
        var error = Record.Exception(() => ActorSystem.Create("unknown", Guardian("No.Such.Strategy, Nowhere")));
        var cause = Assert.IsAssignableFrom<ConfigurationException>(error.GetBaseException());
        Assert.Contains("No.Such.Strategy", cause.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_escalation_suspends_the_whole_subtree_until_it_is_decided()
    {
        var asked = new ManualResetEventSlim();
        var decided = new ManualResetEventSlim();
        var top = Parent(new OneForOneStrategy(_ =>
        {
            asked.Set();
            decided.Wait(Limit);
            return Directive.Resume;
        }));
        var middle = await Child(top, "m", Always(Directive.Escalate));
        var child = await Child(middle, "c");
        var sibling = await Child(middle, "s");
        child.Tell(new Boom("x"));
        // Nobody below the one who decides takes a message while it is open.
        Assert.True(asked.Wait(Limit));
        foreach (var actor in new[] { middle, child, sibling })
            actor.Tell("waits");
        await ExpectNoMsgAsync(Quiet);
        decided.Set();
        var notes = new[] { await ExpectMsgAsync<string>(), await ExpectMsgAsync<string>(), await ExpectMsgAsync<string>() };
        Assert.Equal(["c:waits", "m:waits", "s:waits"], notes.Order());
    }

    [Fact]
    public async Task Nothing_is_logged_where_a_failure_is_only_passed_on()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Error));
        var top = Parent(Always(Directive.Stop));
        var middle = await Child(top, "m", Always(Directive.Escalate));
        var child = await Child(middle, "c");
        child.Tell(new Boom("x"));
        var error = await ExpectMsgAsync<Error>();
        Assert.Equal(middle.Path.ToString(), error.LogSource);
        await ExpectInOrder("c:PostStop", "m:PostStop");
    }
}
