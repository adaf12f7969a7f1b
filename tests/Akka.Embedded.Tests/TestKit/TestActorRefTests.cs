using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Akka.TestKit;
using Xunit;

namespace Akka.Embedded.Tests.TestKit;

/// <summary>Actors that a test looks into: on the caller's thread, with the instance at hand.</summary>
public sealed class TestActorRefTests : EngineTest
{
    private sealed class Counter : ReceiveActor
    {
        public Counter()
        {
            Receive<int>(i =>
            {
                Sum += i;
                Thread = Environment.CurrentManagedThreadId;
            });
            Receive<string>(s => Sender.Tell(s));
            Receive<Exception>(e => throw e);
            ReceiveAsync<long>(async l =>
            {
                await Task.Yield();
                Sum += (int)l;
            });
            ReceiveAsync<Task>(async t => await t);
        }

        public int Sum { get; private set; }

        public int Thread { get; private set; }
    }

    private static Props CounterProps => Props.Create(() => new Counter());

    [Fact]
    public void The_instance_behind_the_reference_is_at_hand()
    {
        var actor = ActorOfAsTestActorRef<Counter>(CounterProps);
        actor.Tell(3);
        actor.Tell(4);
        Assert.Equal(7, actor.UnderlyingActor.Sum);
    }

    [Fact]
    public void It_runs_on_the_thread_of_who_tells_it_something()
    {
        var actor = new TestActorRef<Counter>(Sys, CounterProps);
        actor.Tell(3);
        Assert.Equal(Environment.CurrentManagedThreadId, actor.UnderlyingActor.Thread);
    }

    [Fact]
    public async Task It_answers_like_any_actor()
    {
        var actor = ActorOfAsTestActorRef<Counter>("named");
        Assert.Equal("/user/named", actor.Path.ToStringWithoutAddress());
        actor.Tell("hello", TestActor);
        await ExpectMsgAsync("hello");
        Assert.Equal("hi", await actor.Ref.Ask<string>("hi", Limit));
    }

    [Fact]
    public void Received_directly_a_message_skips_the_mailbox_and_its_failure_comes_back()
    {
        var actor = ActorOfAsTestActorRef<Counter>(CounterProps);
        actor.Receive(3);
        Assert.Equal(3, actor.UnderlyingActor.Sum);
        Assert.Throws<Boom>(() => actor.Receive(new Boom("x")));
        // Nobody was told of the failure: it is the same instance.
        Assert.Equal(3, actor.UnderlyingActor.Sum);
    }

    [Fact]
    public async Task Received_directly_a_message_can_have_a_sender()
    {
        var actor = ActorOfAsTestActorRef<Counter>(CounterProps);
        actor.Receive("hello", TestActor);
        await ExpectMsgAsync("hello");
    }

    [Fact]
    public async Task An_asynchronous_handler_can_be_awaited()
    {
        var actor = ActorOfAsTestActorRef<Counter>(CounterProps);
        await actor.ReceiveAsync(5L).WaitAsync(Limit);
        Assert.Equal(5, actor.UnderlyingActor.Sum);
        await Assert.ThrowsAsync<Boom>(() => actor.ReceiveAsync(Task.FromException(new Boom("x"))).WaitAsync(Limit));
    }

    [Fact]
    public async Task Told_a_failure_it_is_restarted_by_its_supervisor()
    {
        var actor = ActorOfAsTestActorRef<Counter>(CounterProps);
        actor.Tell(3);
        actor.Tell(new Boom("x"));
        await AwaitAssertAsync(() => Assert.Equal(0, actor.UnderlyingActor.Sum), Limit);
    }

    [Fact]
    public async Task It_can_have_a_supervisor_and_be_watched()
    {
        var parent = ActorOfAsTestActorRef<Counter>(CounterProps, "parent");
        var child = ActorOfAsTestActorRef<Counter>(CounterProps, parent, "child");
        Assert.Equal(parent.Path / "child", child.Path);
        Watch(child);
        child.Tell(PoisonPill.Instance);
        await ExpectTerminatedAsync(child);
    }

    [Fact]
    public void It_is_equal_to_its_reference()
    {
        var actor = ActorOfAsTestActorRef<Counter>(CounterProps);
        Assert.True(actor.Equals(actor.Ref));
        Assert.True(actor == actor.Ref);
        Assert.Equal(actor.GetHashCode(), actor.Ref.GetHashCode());
    }
}
