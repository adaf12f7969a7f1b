using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Xunit;

namespace Akka.Embedded.Tests.DeathWatch;

/// <summary>Who is told of a death, when, how often and with what.</summary>
public sealed class WatchTests : EngineTest
{
    private IActorRef Subject() => Sys.ActorOf(Props.Create(() => new Child()));

    private sealed class Child : ReceiveActor
    {
        public Child() => ReceiveAny(m =>
        {
            if (m is Exception e)
                throw e;
            Sender.Tell(m);
        });
    }

    [Fact]
    public async Task A_watcher_is_told_once_with_the_dead_actor_as_the_sender()
    {
        var subject = Subject();
        Watch(subject);
        Sys.Stop(subject);
        var terminated = await ExpectMsgAsync<Terminated>();
        Assert.Equal((subject, true, false), (terminated.ActorRef, terminated.ExistenceConfirmed, terminated.AddressTerminated));
        Assert.Equal(subject, LastSender);
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task Watching_twice_tells_once()
    {
        var subject = Subject();
        Watch(subject);
        Watch(subject);
        Sys.Stop(subject);
        await ExpectTerminatedAsync(subject);
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task Every_watcher_is_told()
    {
        var subject = Subject();
        var probes = Enumerable.Range(0, 5).Select(_ => CreateTestProbe()).ToArray();
        foreach (var probe in probes)
            probe.Watch(subject);
        Sys.Stop(subject);
        foreach (var probe in probes)
            await probe.ExpectTerminatedAsync(subject);
    }

    [Fact]
    public async Task Watching_the_dead_tells_at_once()
    {
        var subject = Subject();
        Assert.True(await subject.GracefulStop(Limit));
        Watch(subject);
        await ExpectTerminatedAsync(subject);
        // And again: each watch of a dead actor is a new one.
        Watch(subject);
        await ExpectTerminatedAsync(subject);
    }

    [Fact]
    public async Task Watching_who_never_lived_tells_that_existence_was_not_confirmed()
    {
        var nobody = ((ExtendedActorSystem)Sys).Provider.ResolveActorRef(Sys.DeadLetters.Path.Root / "user" / "never");
        Watch(nobody);
        var terminated = await ExpectMsgAsync<Terminated>();
        Assert.Equal((nobody, false), (terminated.ActorRef, terminated.ExistenceConfirmed));
    }

    [Fact]
    public async Task Unwatch_ends_it()
    {
        var subject = Subject();
        Watch(subject);
        Unwatch(subject);
        Assert.True(await subject.GracefulStop(Limit));
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task Unwatch_takes_back_a_Terminated_that_waits_in_the_mailbox_already()
    {
        var subject = Subject();
        var watcher = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)));
        var go = new ManualResetEventSlim();
        watcher.Tell(subject);
        watcher.Tell((Action<IActorContext>)(_ => go.Wait(Limit)));
        watcher.Tell((Action<IActorContext>)(c => c.Unwatch(subject)));
        Assert.True(await subject.GracefulStop(Limit));
        go.Set();
        watcher.Tell("end");
        await ExpectMsgAsync("end");
    }

    private async Task<IActorRef> WatcherThat(Action<IActorContext> watches)
    {
        var watcher = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)));
        watcher.Tell(watches);
        watcher.Tell("ready");
        await ExpectMsgAsync("ready");
        return watcher;
    }

    [Fact]
    public async Task WatchWith_tells_the_given_message_instead()
    {
        var subject = Subject();
        await WatcherThat(c => c.WatchWith(subject, "gone"));
        Sys.Stop(subject);
        await ExpectMsgAsync("gone");
        Assert.Equal(subject, LastSender);
    }

    [Fact]
    public async Task The_first_of_Watch_and_WatchWith_counts()
    {
        // Odd but so: Akka.NET ignores the second one without a word.
        var one = Subject();
        await WatcherThat(c => { c.WatchWith(one, "gone"); c.Watch(one); });
        Sys.Stop(one);
        await ExpectMsgAsync("gone");
        var two = Subject();
        await WatcherThat(c => { c.Watch(two); c.WatchWith(two, "gone"); });
        Sys.Stop(two);
        await ExpectMsgAsync($"lost {two.Path.Name}");
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task Messages_sent_before_the_death_come_before_its_notice()
    {
        var subject = Subject();
        Watch(subject);
        for (var i = 0; i < 100; i++)
            subject.Tell(i);
        subject.Tell(PoisonPill.Instance);
        for (var i = 0; i < 100; i++)
            await ExpectMsgAsync(i);
        await ExpectTerminatedAsync(subject);
    }

    [Fact]
    public async Task A_restart_is_no_death()
    {
        var subject = Subject();
        Watch(subject);
        subject.Tell(new Boom("x"));
        subject.Tell("alive");
        await ExpectMsgAsync("alive");
    }

    [Fact]
    public async Task A_Terminated_that_nobody_handles_is_a_death_pact()
    {
        var pact = CreateTestProbe();
        var parent = Sys.ActorOf(Witness.Props("p", ActorRefs.Nobody, new OneForOneStrategy(e =>
        {
            pact.Tell(e);
            return Directive.Stop;
        })));
        var subject = Subject();
        var watcher = await parent.Ask<IActorRef>(new Witness.Spawn(Props.Create(() => new Mute(subject)), "mute"), Limit);
        Watch(watcher);
        Sys.Stop(subject);
        var error = await pact.ExpectMsgAsync<DeathPactException>();
        Assert.Equal(subject, error.DeadActor);
        await ExpectTerminatedAsync(watcher);
    }

    [Fact]
    public async Task An_actor_cannot_watch_itself()
    {
        var watcher = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)));
        watcher.Tell(watcher);
        Watch(watcher);
        Sys.Stop(watcher);
        await ExpectTerminatedAsync(watcher);
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task The_watch_outlives_a_restart_of_the_watcher()
    {
        var subject = Subject();
        var watcher = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)));
        watcher.Tell(subject);
        watcher.Tell(new Boom("x"));
        watcher.Tell("restarted");
        await ExpectMsgAsync("restarted");
        Sys.Stop(subject);
        await ExpectMsgAsync($"lost {subject.Path.Name}");
    }

    /// <summary>Watches whom it is told and forwards the rest.</summary>
    private sealed class Watcher(IActorRef log) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case IActorRef subject:
                    Context.Watch(subject);
                    break;
                case Action<IActorContext> action:
                    action(Context);
                    break;
                case Exception e:
                    throw e;
                case Terminated t:
                    log.Tell($"lost {t.ActorRef.Path.Name}");
                    break;
                default:
                    log.Forward(message);
                    break;
            }
        }
    }

    private sealed class Mute : ReceiveActor
    {
        public Mute(IActorRef subject) => Context.Watch(subject);
    }
}
