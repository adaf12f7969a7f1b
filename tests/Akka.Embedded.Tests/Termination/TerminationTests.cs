using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Xunit;

namespace Akka.Embedded.Tests.Termination;

/// <summary>The end of a system.</summary>
public sealed class TerminationTests : EngineTest
{
    private static ActorSystem Create(string name, string hocon = "") => ActorSystem.Create(name, hocon + "\nakka.stdout-loglevel = OFF");

    [Fact]
    public async Task Every_actor_is_stopped_children_first_before_the_system_has_terminated()
    {
        var system = Create("ends");
        var top = system.ActorOf(Witness.Props("t", TestActor));
        await top.Ask<IActorRef>(new Witness.Spawn(Witness.Props("c", TestActor), "c"), Limit);
        await ExpectInOrder("t:new", "t:PreStart", "c:new", "c:PreStart");
        await system.Terminate().WaitAsync(Limit);
        Assert.True(system.WhenTerminated.IsCompletedSuccessfully);
        await ExpectInOrder("c:PostStop", "t:PostStop");
    }

    [Fact]
    public async Task Terminating_twice_is_the_same_as_once()
    {
        var system = Create("twice");
        await Task.WhenAll(system.Terminate(), system.Terminate()).WaitAsync(Limit);
        await system.Terminate().WaitAsync(Limit);
    }

    [Fact]
    public async Task Callbacks_run_at_the_end_the_last_registered_first()
    {
        var system = Create("callbacks");
        var order = new ConcurrentQueue<int>();
        for (var i = 0; i < 3; i++)
        {
            var number = i;
            system.RegisterOnTermination(() => order.Enqueue(number));
        }
        Assert.Empty(order);
        await system.Terminate().WaitAsync(Limit);
        // Odd but so: the system counts as terminated after the first of them.
        await AwaitAssertAsync(() => Assert.Equal([2, 1, 0], order), Limit);
    }

    [Fact]
    public async Task A_callback_that_throws_does_not_keep_the_others_from_running()
    {
        var system = Create("throwing");
        var ran = 0;
        system.RegisterOnTermination(() => Interlocked.Increment(ref ran));
        system.RegisterOnTermination(() => throw new Boom("in a callback"));
        system.RegisterOnTermination(() => Interlocked.Increment(ref ran));
        await system.Terminate().WaitAsync(Limit);
        await AwaitAssertAsync(() => Assert.Equal(2, Volatile.Read(ref ran)), Limit);
    }

    [Fact]
    public void Disposing_waits_for_the_end()
    {
        var system = Create("disposed");
        system.Dispose();
        Assert.True(system.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task After_the_end_no_actor_can_be_made()
    {
        var system = Create("over");
        await system.Terminate().WaitAsync(Limit);
        Assert.Throws<InvalidOperationException>(() => system.ActorOf(Props.Empty));
    }

    [Fact]
    public async Task An_actor_can_terminate_its_own_system()
    {
        var system = Create("from-within");
        system.ActorOf(Props.Create(() => new Terminator())).Tell("end");
        await system.WhenTerminated.WaitAsync(Limit);
    }

    [Fact]
    public async Task Stopping_the_user_guardian_ends_the_system()
    {
        var system = Create("guardian");
        system.ActorSelection("/user").Tell(PoisonPill.Instance);
        await system.WhenTerminated.WaitAsync(Limit);
    }

    [Fact]
    public async Task Messages_to_actors_of_an_ended_system_go_nowhere_in_silence()
    {
        var system = Create("late-messages");
        var actor = system.ActorOf(Props.Empty);
        await system.Terminate().WaitAsync(Limit);
        actor.Tell("m");
        await Assert.ThrowsAnyAsync<Exception>(() => actor.Ask<string>("m", TimeSpan.FromMilliseconds(50)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no spaces")]
    [InlineData("no/slash")]
    [InlineData("-first")]
    public void A_system_needs_a_name_that_fits_into_an_address(string name)
        => Assert.ThrowsAny<ArgumentException>(() => Create(name));

    [Fact]
    public async Task A_system_knows_its_name_and_its_age()
    {
        var system = Create("my-system");
        Assert.Equal(("my-system", "akka://my-system"), (system.Name, system.ToString()));
        Assert.InRange(system.Uptime, TimeSpan.Zero, Limit);
        Assert.Equal("akka://my-system/deadLetters", system.DeadLetters.Path.ToString());
        await system.Terminate().WaitAsync(Limit);
    }

    private sealed class Terminator : ReceiveActor
    {
        public Terminator() => ReceiveAny(_ => Context.System.Terminate());
    }
}
