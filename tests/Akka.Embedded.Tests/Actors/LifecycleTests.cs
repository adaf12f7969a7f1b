using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Xunit;

namespace Akka.Embedded.Tests.Actors;

/// <summary>The order of an actor's hooks from start to stop.</summary>
public sealed class LifecycleTests : EngineTest
{
    private async Task<IActorRef> Spawn(IActorRef parent, string name)
        => await parent.Ask<IActorRef>(new Witness.Spawn(Witness.Props(name, TestActor), name));

    [Fact]
    public async Task PreStart_runs_once_after_the_constructor_and_before_the_first_message()
    {
        var actor = Sys.ActorOf(Witness.Props("a", TestActor));
        actor.Tell("first");
        actor.Tell("second");
        await ExpectInOrder("a:new", "a:PreStart", "a:first", "a:second");
    }

    [Fact]
    public async Task PostStop_runs_once_when_the_actor_is_stopped()
    {
        var actor = Sys.ActorOf(Witness.Props("a", TestActor));
        await ExpectInOrder("a:new", "a:PreStart");
        Sys.Stop(actor);
        await ExpectMsgAsync("a:PostStop");
        Sys.Stop(actor);
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task Children_stop_before_their_parent_all_the_way_down()
    {
        var parent = Sys.ActorOf(Witness.Props("a", TestActor));
        var child = await Spawn(parent, "b");
        await Spawn(child, "c");
        await ExpectInOrder("a:new", "a:PreStart", "b:new", "b:PreStart", "c:new", "c:PreStart");
        Sys.Stop(parent);
        await ExpectInOrder("c:PostStop", "b:PostStop", "a:PostStop");
    }

    [Fact]
    public async Task A_stopping_actor_finishes_the_message_it_is_in_and_takes_no_other()
    {
        var entered = new ManualResetEventSlim();
        var go = new ManualResetEventSlim();
        var actor = Sys.ActorOf(Props.Create(() => new Slow(TestActor, entered, go)));
        actor.Tell("one");
        actor.Tell("two");
        Assert.True(entered.Wait(Limit));
        await StopAtOnce(actor);
        go.Set();
        await ExpectInOrder("one", "stopped");
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task An_actor_that_stops_itself_finishes_the_message_first()
    {
        var actor = Sys.ActorOf(Props.Create(() => new StopsItself(TestActor)));
        actor.Tell("go");
        await ExpectInOrder("before", "after", "stopped");
    }

    [Fact]
    public async Task An_exception_in_PostStop_is_logged_and_the_actor_stops_all_the_same()
    {
        var actor = Sys.ActorOf(Props.Create(() => new FailsInPostStop()));
        Watch(actor);
        await EventFilter.Exception<Boom>("late").ExpectOneAsync(async () =>
        {
            Sys.Stop(actor);
            await ExpectTerminatedAsync(actor);
        });
    }

    [Fact]
    public async Task Self_and_context_are_at_hand_in_every_hook()
    {
        var actor = Sys.ActorOf(Props.Create(() => new KnowsItself(TestActor)), "me");
        Sys.Stop(actor);
        for (var i = 0; i < 3; i++)
            await ExpectMsgAsync(("me", actor, Sys.Name));
    }

    [Fact]
    public async Task A_disposable_actor_is_disposed_after_PostStop()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Disposes(TestActor)));
        Sys.Stop(actor);
        await ExpectInOrder("PostStop", "Dispose");
    }

    [Fact]
    public async Task A_stopped_actors_name_is_free_once_the_parent_has_been_told()
    {
        var first = Sys.ActorOf(Witness.Props("a", TestActor), "name");
        await ExpectInOrder("a:new", "a:PreStart");
        await first.GracefulStop(Limit);
        await ExpectMsgAsync("a:PostStop");
        await AwaitAssertAsync(() =>
        {
            var second = Sys.ActorOf(Props.Empty, "name");
            Assert.NotEqual(first, second);
            Assert.Equal(first.Path, second.Path);
            Assert.NotEqual(first.Path.Uid, second.Path.Uid);
        }, Limit);
    }

    private sealed class Slow(IActorRef log, ManualResetEventSlim entered, ManualResetEventSlim go) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            entered.Set();
            go.Wait(Limit);
            log.Tell(message);
        }

        protected override void PostStop() => log.Tell("stopped");
    }

    private sealed class StopsItself(IActorRef log) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            log.Tell("before");
            Context.Stop(Self);
            log.Tell("after");
        }

        protected override void PostStop() => log.Tell("stopped");
    }

    private sealed class FailsInPostStop : UntypedActor
    {
        protected override void OnReceive(object message) { }

        protected override void PostStop() => throw new Boom("late");
    }

    private sealed class KnowsItself : UntypedActor
    {
        private readonly IActorRef _log;

        public KnowsItself(IActorRef log)
        {
            _log = log;
            Note();
        }

        private void Note() => _log.Tell((Self.Path.Name, Context.Self, Context.System.Name));

        protected override void PreStart() => Note();

        protected override void PostStop() => Note();

        protected override void OnReceive(object message) { }
    }

    private sealed class Disposes(IActorRef log) : UntypedActor, IDisposable
    {
        public void Dispose() => log.Tell("Dispose");

        protected override void PostStop() => log.Tell("PostStop");

        protected override void OnReceive(object message) { }
    }
}
