using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Xunit;

namespace Akka.Embedded.Tests.Supervision;

/// <summary>A strategy that treats all children for the failure of one.</summary>
public sealed class AllForOneTests : SupervisionTest
{
    private async Task<(IActorRef One, IActorRef Two)> Children(SupervisorStrategy strategy)
    {
        var parent = Parent(strategy);
        return (await Child(parent, "one"), await Child(parent, "two"));
    }

    private async Task<string[]> Next(int count)
    {
        var notes = new string[count];
        for (var i = 0; i < count; i++)
            notes[i] = await ExpectMsgAsync<string>();
        return notes;
    }

    [Fact]
    public async Task A_failure_of_one_restarts_all_for_the_same_reason()
    {
        var (one, two) = await Children(new AllForOneStrategy(_ => Directive.Restart));
        one.Tell(new Boom("x"));
        var notes = await Next(10);
        // Each child in its own order; a sibling had no message in hand.
        Assert.Equal(["two:PreRestart(x,null)", "two:PostStop", "two:new", "two:PostRestart(x)", "two:PreStart"],
            notes.Where(n => n.StartsWith("two:", StringComparison.Ordinal)));
        Assert.Equal(["one:PostStop", "one:new", "one:PostRestart(x)", "one:PreStart"],
            notes.Where(n => n.StartsWith("one:", StringComparison.Ordinal)).Skip(1));
        two.Tell("alive");
        await ExpectMsgAsync("two:alive");
    }

    [Fact]
    public async Task A_stop_stops_all()
    {
        var (one, _) = await Children(new AllForOneStrategy(_ => Directive.Stop));
        one.Tell(new Boom("x"));
        Assert.Equal(["one:PostStop", "two:PostStop"], (await Next(2)).Order());
    }

    [Fact]
    public async Task A_resume_resumes_only_the_child_that_failed()
    {
        var (one, two) = await Children(new AllForOneStrategy(_ => Directive.Resume));
        one.Tell(new Boom("x"));
        one.Tell("on");
        await ExpectMsgAsync("one:on");
        two.Tell("on");
        await ExpectMsgAsync("two:on");
    }

    [Fact]
    public async Task A_restart_of_all_counts_for_each()
    {
        var (one, two) = await Children(new AllForOneStrategy(1, null, _ => Directive.Restart));
        one.Tell(new Boom("x"));
        await Next(10);
        // The other one's first own failure, yet its second restart.
        two.Tell(new Boom("y"));
        Assert.Equal(["one:PostStop", "two:PostStop"], (await Next(2)).Order());
    }

    [Fact]
    public async Task Siblings_keep_their_messages_over_the_restart()
    {
        var (one, two) = await Children(new AllForOneStrategy(_ => Directive.Restart));
        var entered = new ManualResetEventSlim();
        var go = new ManualResetEventSlim();
        two.Tell(new Blocking(entered, go));
        Assert.True(entered.Wait(Limit));
        for (var i = 0; i < 3; i++)
            two.Tell(i);
        one.Tell(new Boom("x"));
        await ExpectMsgAsync<string>(m => m.StartsWith("one:PreRestart", StringComparison.Ordinal));
        await ExpectInOrder("one:PostStop", "one:new", "one:PostRestart(x)", "one:PreStart");
        go.Set();
        await ExpectInOrder("two:unblocked", "two:PreRestart(x,null)", "two:PostStop", "two:new", "two:PostRestart(x)",
            "two:PreStart", "two:0", "two:1", "two:2");
    }

    /// <summary>Blocks whoever prints it.</summary>
    private sealed class Blocking(ManualResetEventSlim entered, ManualResetEventSlim go)
    {
        public override string ToString()
        {
            entered.Set();
            go.Wait(Limit);
            return "unblocked";
        }
    }
}
