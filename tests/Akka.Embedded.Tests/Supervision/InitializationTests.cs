using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Supervision;

/// <summary>Actors that fail before they have begun, or while they begin again.</summary>
public sealed class InitializationTests : SupervisionTest
{
    public enum Where
    {
        Constructor,
        PreStart,
        PostRestart,
    }

    /// <summary>Fails at one place as long as the count lasts.</summary>
    public sealed class Fragile : UntypedActor
    {
        private readonly IActorRef _log;
        private readonly Where _where;
        private readonly int[] _failures;

        public Fragile(IActorRef log, Where where, int[] failures)
        {
            (_log, _where, _failures) = (log, where, failures);
            Fail(Where.Constructor);
        }

        private void Fail(Where where)
        {
            if (_where == where && _failures[0]-- > 0)
                throw new Boom($"in {where}");
            _log.Tell($"{where} done");
        }

        protected override void PreStart() => Fail(Where.PreStart);

        protected override void PostRestart(Exception reason)
        {
            Fail(Where.PostRestart);
            base.PostRestart(reason);
        }

        protected override void PreRestart(Exception reason, object? message) => _log.Tell("PreRestart");

        protected override void PostStop() => _log.Tell("PostStop");

        protected override void OnReceive(object message)
        {
            if (message is Exception e)
                throw e;
            _log.Tell(message);
        }
    }

    private Props Fragility(Where where, int failures)
    {
        var count = new[] { failures };
        return Props.Create(() => new Fragile(TestActor, where, count));
    }

    private async Task<IActorRef> Spawn(SupervisorStrategy strategy, Props props)
        => await Parent(strategy).Ask<IActorRef>(new Witness.Spawn(props, "fragile"), Limit);

    private OneForOneStrategy Reporting(Directive directive) => new(e =>
    {
        TestActor.Tell(e);
        return directive;
    });

    [Theory]
    [InlineData(Where.Constructor)]
    [InlineData(Where.PreStart)]
    public async Task A_failure_to_start_is_told_to_the_supervisor_with_its_cause(Where where)
    {
        var child = await Spawn(Reporting(Directive.Stop), Fragility(where, 1));
        if (where == Where.PreStart)
            await ExpectMsgAsync("Constructor done");
        var error = await ExpectMsgAsync<ActorInitializationException>();
        Assert.Equal($"in {where}", GetBoom(error).Message);
        Assert.Equal(child, error.Actor);
    }

    private static Boom GetBoom(Exception e)
    {
        // The cause of a constructor's failure may be wrapped by what invoked it.
        Exception? cause = e;
        while (cause is not (null or Boom))
            cause = cause.InnerException;
        return Assert.IsType<Boom>(cause);
    }

    [Theory]
    [InlineData(Where.Constructor)]
    [InlineData(Where.PreStart)]
    public async Task By_default_an_actor_that_cannot_start_is_stopped_without_PostStop(Where where)
    {
        var child = await Spawn(Actor.SupervisorStrategy.DefaultStrategy, Fragility(where, 1));
        Watch(child);
        if (where == Where.PreStart)
            await ExpectMsgAsync("Constructor done");
        await ExpectTerminatedAsync(child);
    }

    [Theory]
    [InlineData(Where.Constructor)]
    [InlineData(Where.PreStart)]
    public async Task A_strategy_that_restarts_tries_to_start_again_and_loses_no_message(Where where)
    {
        var child = await Spawn(Always(Directive.Restart), Fragility(where, 2));
        child.Tell("m");
        if (where == Where.PreStart)
            await ExpectInOrder("Constructor done", "Constructor done");
        // Odd but so: a second start, not a restart; no restart hook is called.
        await ExpectInOrder("Constructor done", "PreStart done", "m");
    }

    [Fact]
    public async Task Such_tries_count_against_the_limit()
    {
        var strategy = new OneForOneStrategy(2, null, e =>
        {
            TestActor.Tell("decide");
            return Directive.Restart;
        });
        var child = await Spawn(strategy, Fragility(Where.Constructor, int.MaxValue));
        Watch(child);
        await ExpectInOrder("decide", "decide", "decide");
        await ExpectTerminatedAsync(child);
    }

    [Fact]
    public async Task Resuming_an_actor_that_cannot_start_starts_it_too()
    {
        var child = await Spawn(Always(Directive.Resume), Fragility(Where.Constructor, 1));
        child.Tell("m");
        await ExpectInOrder("Constructor done", "PreStart done", "m");
    }

    [Fact]
    public async Task A_failure_in_PostRestart_is_a_failure_to_start()
    {
        var child = await Spawn(Reporting(Directive.Restart), Fragility(Where.PostRestart, 1));
        await ExpectInOrder("Constructor done", "PreStart done");
        child.Tell(new Boom("first"));
        Assert.Equal("first", (await ExpectMsgAsync<Boom>()).Message);
        await ExpectInOrder("PreRestart", "Constructor done");
        var error = await ExpectMsgAsync<PostRestartException>();
        Assert.IsAssignableFrom<ActorInitializationException>(error);
        Assert.Equal(("in PostRestart", "first"), (error.InnerException!.Message, error.OriginalCause.Message));
        // The instance that failed to restart is itself restarted, hooks and all.
        await ExpectInOrder("PreRestart", "Constructor done", "PostRestart done", "PreStart done");
    }

    [Fact]
    public async Task By_default_a_failure_in_PostRestart_stops()
    {
        var child = await Spawn(Actor.SupervisorStrategy.DefaultStrategy, Fragility(Where.PostRestart, 1));
        Watch(child);
        await ExpectInOrder("Constructor done", "PreStart done");
        child.Tell(new Boom("first"));
        await ExpectInOrder("PreRestart", "Constructor done", "PostStop");
        await ExpectTerminatedAsync(child);
    }

    [Fact]
    public async Task The_log_names_the_cause_of_a_failed_start_not_its_wrapping()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Error));
        await Spawn(Actor.SupervisorStrategy.DefaultStrategy, Fragility(Where.PreStart, 1));
        await ExpectMsgAsync("Constructor done");
        var error = await ExpectMsgAsync<Error>();
        Assert.Equal("in PreStart", error.Message.ToString());
        Assert.IsType<ActorInitializationException>(error.Cause);
    }

    [Fact]
    public async Task Children_made_before_the_failure_are_stopped()
    {
        var log = TestActor;
        await Spawn(Actor.SupervisorStrategy.DefaultStrategy, Props.Create(() => new SpawnsThenFails(log)));
        await ExpectInOrder("c:new", "c:PreStart");
        await ExpectMsgAsync("c:PostStop");
    }

    public sealed class SpawnsThenFails : UntypedActor
    {
        public SpawnsThenFails(IActorRef log)
        {
            Context.ActorOf(Witness.Props("c", log), "c");
            throw new Boom("x");
        }

        protected override void OnReceive(object message) { }
    }
}
