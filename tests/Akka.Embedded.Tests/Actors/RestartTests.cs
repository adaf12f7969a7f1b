using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Xunit;

namespace Akka.Embedded.Tests.Actors;

/// <summary>What a restart does to an actor, in which order, and what survives it.</summary>
public sealed class RestartTests : EngineTest
{
    [Fact]
    public async Task The_old_instance_is_told_then_the_new_one_is_made_and_told()
    {
        var actor = Sys.ActorOf(Witness.Props("a", TestActor));
        actor.Tell(new Boom("x"));
        actor.Tell("next");
        // By default PreRestart calls PostStop on the old instance, PostRestart calls PreStart on the new one.
        await ExpectInOrder("a:new", "a:PreStart");
        var preRestart = await ExpectMsgAsync<string>();
        Assert.StartsWith("a:PreRestart(x,", preRestart, StringComparison.Ordinal);
        Assert.Contains("Boom: x", preRestart, StringComparison.Ordinal);
        await ExpectInOrder("a:PostStop", "a:new", "a:PostRestart(x)", "a:PreStart", "a:next");
    }

    [Fact]
    public async Task PreRestart_stops_the_children_and_the_new_instance_waits_for_them()
    {
        var actor = Sys.ActorOf(Witness.Props("a", TestActor));
        await actor.Ask<IActorRef>(new Witness.Spawn(Witness.Props("b", TestActor), "b"));
        await ExpectInOrder("a:new", "a:PreStart", "b:new", "b:PreStart");
        actor.Tell(new Boom("x"));
        await ExpectMsgAsync<string>(m => m.StartsWith("a:PreRestart", StringComparison.Ordinal));
        // The parent's own PostStop does not wait for the children, its successor does.
        var two = new[] { await ExpectMsgAsync<string>(), await ExpectMsgAsync<string>() };
        Assert.Equal(["a:PostStop", "b:PostStop"], two.Order());
        await ExpectInOrder("a:new", "a:PostRestart(x)", "a:PreStart");
        // The child's name is free again for the new instance.
        await actor.Ask<IActorRef>(new Witness.Spawn(Witness.Props("b2", TestActor), "b"));
        await ExpectInOrder("b2:new", "b2:PreStart");
    }

    [Fact]
    public async Task Messages_in_the_mailbox_survive_and_the_failing_one_is_dropped()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Counter()));
        actor.Tell(1);
        actor.Tell(new Boom("x"));
        actor.Tell(2);
        actor.Tell(3);
        actor.Tell("sum");
        Assert.Equal(5, await ExpectMsgAsync<int>());
    }

    [Fact]
    public async Task The_reference_stays_valid_with_the_same_path_and_uid()
    {
        var actor = Sys.ActorOf(Witness.Props("a", TestActor), "same");
        var before = await actor.Ask<ActorIdentity>(new Identify(1));
        actor.Tell(new Boom("x"));
        var after = await actor.Ask<ActorIdentity>(new Identify(2));
        Assert.Equal(before.Subject, after.Subject);
        Assert.Equal(before.Subject.Path.Uid, after.Subject.Path.Uid);
    }

    [Fact]
    public async Task Children_that_PreRestart_keeps_are_restarted_after_their_parent()
    {
        var actor = Sys.ActorOf(Props.Create(() => new KeepsChildren(TestActor)));
        var child = await actor.Ask<IActorRef>(new Witness.Spawn(Witness.Props("b", TestActor), "b"));
        await ExpectInOrder("b:new", "b:PreStart");
        actor.Tell(new Boom("x"));
        await ExpectInOrder("restarted", "b:PreRestart(x,null)", "b:PostStop", "b:new", "b:PostRestart(x)", "b:PreStart");
        child.Tell("still here");
        await ExpectMsgAsync("b:still here");
    }

    [Fact]
    public async Task PostStop_is_not_called_when_PreRestart_does_not_call_its_base()
    {
        var actor = Sys.ActorOf(Props.Create(() => new SilentPreRestart(TestActor)));
        actor.Tell("crash");
        await ExpectInOrder("PreStart", "PreRestart", "PostRestart");
        Sys.Stop(actor);
        await ExpectMsgAsync("PostStop");
    }

    [Fact]
    public async Task An_exception_in_PreRestart_is_logged_and_the_restart_goes_on()
    {
        var actor = Sys.ActorOf(Props.Create(() => new FailsInPreRestart(TestActor)));
        await EventFilter.Error(contains: "in PreRestart").ExpectOneAsync(async () =>
        {
            actor.Tell(new Boom("x"));
            await ExpectMsgAsync("restarted");
        });
    }

    [Fact]
    public async Task The_sender_of_the_failing_message_is_at_hand_in_PreRestart()
    {
        var actor = Sys.ActorOf(Props.Create(() => new AnswersFromPreRestart()));
        actor.Tell("question");
        await ExpectMsgAsync("question: no luck");
    }

    [Fact]
    public async Task A_disposable_actor_is_disposed_on_restart()
    {
        var actor = Sys.ActorOf(Props.Create(() => new DisposesOnRestart(TestActor)));
        actor.Tell("crash");
        await ExpectInOrder("PostStop", "Dispose", "PostRestart");
    }

    private sealed class Counter : ReceiveActor
    {
        // The sum lives in the instance here, to show that a restart loses it.
        private int _sum;

        public Counter()
        {
            Receive<int>(i => _sum += i);
            Receive<Exception>(e => throw e);
            Receive<string>(_ => Sender.Tell(_sum));
        }
    }

    private sealed class KeepsChildren(IActorRef log) : Witness("a", ActorRefs.Nobody)
    {
        protected override void PreRestart(Exception reason, object? message) { }

        protected override void PostRestart(Exception reason) => log.Tell("restarted");
    }

    private sealed class SilentPreRestart(IActorRef log) : UntypedActor
    {
        protected override void PreStart() => log.Tell("PreStart");

        protected override void PostStop() => log.Tell("PostStop");

        protected override void PreRestart(Exception reason, object? message) => log.Tell("PreRestart");

        protected override void PostRestart(Exception reason) => log.Tell("PostRestart");

        protected override void OnReceive(object message) => throw new Boom("x");
    }

    private sealed class FailsInPreRestart(IActorRef log) : UntypedActor
    {
        protected override void PreRestart(Exception reason, object? message) => throw new Bang("in PreRestart");

        protected override void PostRestart(Exception reason) => log.Tell("restarted");

        protected override void OnReceive(object message) => throw (Exception)message;
    }

    private sealed class AnswersFromPreRestart : UntypedActor
    {
        protected override void PreRestart(Exception reason, object? message) => Sender.Tell($"{message}: {reason.Message}");

        protected override void OnReceive(object message) => throw new Boom("no luck");
    }

    private sealed class DisposesOnRestart(IActorRef log) : UntypedActor, IDisposable
    {
        public void Dispose() => log.Tell("Dispose");

        protected override void PostStop() => log.Tell("PostStop");

        protected override void PostRestart(Exception reason) => log.Tell("PostRestart");

        protected override void OnReceive(object message) => throw new Boom("x");
    }
}
