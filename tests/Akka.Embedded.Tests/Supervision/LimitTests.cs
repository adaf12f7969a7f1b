using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Xunit;

namespace Akka.Embedded.Tests.Supervision;

/// <summary>How many restarts a strategy allows, and within which time.</summary>
public sealed class LimitTests : SupervisionTest
{
    private static OneForOneStrategy Limited(int? retries, TimeSpan? within)
        => new(retries, within, _ => Directive.Restart);

    private async Task ExpectRestartsThenStop(SupervisorStrategy strategy, int restarts)
    {
        var child = await Child(Parent(strategy), "c");
        for (var i = 0; i < restarts; i++)
        {
            child.Tell(new Boom($"{i}"));
            await ExpectRestart("c", $"{i}");
        }
        child.Tell(new Boom("last"));
        await ExpectMsgAsync("c:PostStop");
    }

    [Fact]
    public Task A_limit_without_a_window_counts_for_life() => ExpectRestartsThenStop(Limited(3, null), 3);

    [Fact]
    public Task A_limit_within_a_long_window_counts_like_one_for_life()
        => ExpectRestartsThenStop(Limited(2, TimeSpan.FromHours(1)), 2);

    [Fact]
    public Task A_limit_of_zero_stops_at_the_first_failure() => ExpectRestartsThenStop(Limited(0, null), 0);

    [Fact]
    public Task A_limit_of_zero_holds_with_a_window_too()
        => ExpectRestartsThenStop(Limited(0, TimeSpan.FromHours(1)), 0);

    [Fact]
    public Task A_window_without_a_limit_allows_one_restart()
        => ExpectRestartsThenStop(Limited(null, TimeSpan.FromHours(1)), 1);

    [Fact]
    public async Task Without_a_limit_and_a_window_restarts_go_on()
    {
        var child = await Child(Parent(Limited(null, null)), "c");
        for (var i = 0; i < 20; i++)
        {
            child.Tell(new Boom($"{i}"));
            await ExpectRestart("c", $"{i}");
        }
    }

    [Fact]
    public async Task A_window_that_has_passed_starts_the_count_again()
    {
        var window = TimeSpan.FromMilliseconds(100);
        var child = await Child(Parent(Limited(1, window)), "c");
        for (var i = 0; i < 3; i++)
        {
            child.Tell(new Boom($"{i}"));
            await ExpectRestart("c", $"{i}");
            // The window counts from the first failure in it, so passing it is what is tested here.
            await Task.Delay(window * 2);
        }
    }

    [Fact]
    public async Task A_stopped_childs_successor_of_the_same_name_starts_at_zero()
    {
        var parent = Parent(Limited(1, null));
        for (var round = 0; round < 2; round++)
        {
            var child = await Child(parent, "c");
            Watch(child);
            child.Tell(new Boom("one"));
            await ExpectRestart("c", "one");
            child.Tell(new Boom("two"));
            await ExpectMsgAsync("c:PostStop");
            await ExpectTerminatedAsync(child);
            await AwaitAssertAsync(async () => Assert.True(await Gone(parent)), Limit);
        }
    }

    private async Task<bool> Gone(IActorRef parent)
    {
        var identity = await Sys.ActorSelection(parent.Path / "c").Ask<ActorIdentity>(new Identify(0), Limit);
        return identity.Subject is null;
    }

    [Fact]
    public async Task Resuming_does_not_count()
    {
        var child = await Child(Parent(new OneForOneStrategy(1, null, e => e is Bang ? Directive.Resume : Directive.Restart)), "c");
        for (var i = 0; i < 5; i++)
            child.Tell(new Bang("again"));
        child.Tell(new Boom("one"));
        await ExpectRestart("c", "one");
        child.Tell(new Boom("two"));
        await ExpectMsgAsync("c:PostStop");
    }

    [Fact]
    public async Task Each_child_of_OneForOne_has_its_own_count()
    {
        var parent = Parent(Limited(1, null));
        var one = await Child(parent, "one");
        var two = await Child(parent, "two");
        one.Tell(new Boom("x"));
        await ExpectRestart("one", "x");
        two.Tell(new Boom("x"));
        await ExpectRestart("two", "x");
        one.Tell(new Boom("y"));
        await ExpectMsgAsync("one:PostStop");
        two.Tell("alive");
        await ExpectMsgAsync("two:alive");
    }

    [Fact]
    public void Limits_can_be_read_off_a_strategy_minus_one_for_none()
    {
        var limited = Limited(3, TimeSpan.FromSeconds(2));
        Assert.Equal((3, 2000), (limited.MaxNumberOfRetries, limited.WithinTimeRangeMilliseconds));
        var free = Limited(null, null);
        Assert.Equal((-1, -1), (free.MaxNumberOfRetries, free.WithinTimeRangeMilliseconds));
        var all = new AllForOneStrategy(4, TimeSpan.FromSeconds(1), _ => Directive.Stop);
        Assert.Equal((4, 1000), (all.MaxNumberOfRetries, all.WithinTimeRangeMilliseconds));
    }
}
