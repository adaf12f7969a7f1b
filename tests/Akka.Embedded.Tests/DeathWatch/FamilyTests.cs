using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Xunit;

namespace Akka.Embedded.Tests.DeathWatch;

/// <summary>Parents and children, and watching from outside of actors.</summary>
public sealed class FamilyTests : EngineTest
{
    private sealed class Parent : ReceiveActor
    {
        public Parent(IActorRef log)
        {
            var generation = 0;
            Spawn();
            Receive<Terminated>(t =>
            {
                // The name is free by the time the parent is told.
                log.Tell($"lost {t.ActorRef.Path.Name}, {Context.GetChildren().Count()} left");
                Spawn();
            });
            Receive<string>(_ => Context.Stop(Context.Child("child")));
            Receive<Exception>(e => throw e);

            void Spawn()
            {
                Context.Watch(Context.ActorOf(Props.Empty, "child"));
                log.Tell($"spawned {generation++}");
            }
        }
    }

    [Fact]
    public async Task A_parent_that_watches_can_give_the_name_again_when_it_is_told()
    {
        var parent = Sys.ActorOf(Props.Create(() => new Parent(TestActor)));
        await ExpectMsgAsync("spawned 0");
        for (var i = 1; i <= 5; i++)
        {
            parent.Tell("stop");
            await ExpectInOrder("lost child, 0 left", $"spawned {i}");
        }
    }

    [Fact]
    public async Task A_restarting_parent_is_not_told_of_the_children_that_its_restart_stops()
    {
        var parent = Sys.ActorOf(Props.Create(() => new Parent(TestActor)));
        await ExpectMsgAsync("spawned 0");
        parent.Tell(new Boom("x"));
        await ExpectMsgAsync("spawned 0");
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task A_stopping_watcher_is_told_nothing_any_more()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.AllDeadLetters));
        var parent = Sys.ActorOf(Props.Create(() => new Parent(TestActor)));
        await ExpectMsgAsync("spawned 0");
        Watch(parent);
        Sys.Stop(parent);
        await ExpectTerminatedAsync(parent);
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task Terminated_is_told_after_the_children_of_the_dead_have_gone_too()
    {
        var parent = Sys.ActorOf(Witness.Props("p", TestActor));
        var child = await parent.Ask<IActorRef>(new Witness.Spawn(Witness.Props("c", TestActor), "c"), Limit);
        await child.Ask<IActorRef>(new Witness.Spawn(Witness.Props("g", TestActor), "g"), Limit);
        Watch(parent);
        Sys.Stop(parent);
        await FishForMessageAsync(m => m is "g:PostStop");
        await ExpectInOrder("c:PostStop", "p:PostStop");
        await ExpectTerminatedAsync(parent);
    }

    [Fact]
    public async Task WatchAsync_completes_with_true_when_the_actor_has_stopped()
    {
        var subject = Sys.ActorOf(Props.Empty);
        var watch = subject.WatchAsync();
        Assert.False(watch.IsCompleted);
        Sys.Stop(subject);
        Assert.True(await watch.WaitAsync(Limit));
        Assert.True(await subject.WatchAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task WatchAsync_completes_with_false_when_it_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var watch = Sys.ActorOf(Props.Empty).WatchAsync(cancellation.Token);
        await cancellation.CancelAsync();
        Assert.False(await watch.WaitAsync(Limit));
    }

    [Fact]
    public async Task Two_that_watch_each_other_can_both_die()
    {
        var one = Sys.ActorOf(Props.Create(() => new Friend()));
        var two = Sys.ActorOf(Props.Create(() => new Friend()));
        one.Tell(two);
        two.Tell(one);
        Watch(one);
        Watch(two);
        Sys.Stop(one);
        await ExpectTerminatedAsync(one);
        await ExpectTerminatedAsync(two);
    }

    /// <summary>Dies with its friend, by death pact.</summary>
    private sealed class Friend : ReceiveActor
    {
        public Friend() => Receive<IActorRef>(friend => Context.Watch(friend));
    }
}
