using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Timers;

/// <summary>Timers of an actor: what they deliver, and what they never deliver.</summary>
public sealed class TimerTests : EngineTest
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    /// <summary>Runs what it is told with its timers, in its own turn, and passes the rest on.</summary>
    public class Ticker : ReceiveActor, IWithTimers
    {
        private readonly IActorRef _log;

        public Ticker(IActorRef log)
        {
            _log = log;
            Receive<Action<ITimerScheduler>>(a => a(Timers));
            Receive<Exception>(e => throw e);
            ReceiveAny(m => _log.Forward(m));
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PostRestart(Exception reason) => _log.Tell("restarted");
    }

    private readonly IActorRef _actor;

    public TimerTests() => _actor = Sys.ActorOf(Props.Create(() => new Ticker(TestActor)));

    private void Do(Action<ITimerScheduler> action) => _actor.Tell(action);

    /// <summary>Runs this in the actor while its mailbox holds what timers of "soon" have sent meanwhile.</summary>
    private void WhileTimersFire(Action<ITimerScheduler> before, Action<ITimerScheduler> after) => Do(timers =>
    {
        before(timers);
        var fired = new ManualResetEventSlim();
        // The scheduler keeps the order of its deadlines.
        Sys.Scheduler.Advanced.ScheduleOnce(Soon * 6, fired.Set);
        Assert.True(fired.Wait(Limit));
        after(timers);
    });

    [Fact]
    public async Task A_single_timer_fires_once_and_not_before_its_time()
    {
        var start = DateTime.UtcNow;
        Do(t => t.StartSingleTimer("k", "tick", Soon));
        await ExpectMsgAsync("tick");
        Assert.True(DateTime.UtcNow - start >= Soon - TimeSpan.FromMilliseconds(5));
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task A_periodic_timer_goes_on_until_it_is_cancelled()
    {
        Do(t => t.StartPeriodicTimer("k", "tick", Soon));
        for (var i = 0; i < 5; i++)
            await ExpectMsgAsync("tick");
        Do(t => t.Cancel("k"));
        _actor.Tell("cancelled");
        await FishForMessageAsync(m => m is "cancelled");
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task A_timer_is_active_from_its_start_until_it_has_fired()
    {
        Do(t =>
        {
            TestActor.Tell(t.IsTimerActive("k"));
            t.StartSingleTimer("k", "tick", Soon);
            TestActor.Tell(t.IsTimerActive("k"));
        });
        await ExpectInOrder(false, true, "tick");
        Do(t => TestActor.Tell(t.IsTimerActive("k")));
        await ExpectMsgAsync(false);
    }

    [Fact]
    public async Task The_keys_of_active_timers_can_be_listed()
    {
        Do(t =>
        {
            t.StartSingleTimer("a", "tick", Never);
            t.StartPeriodicTimer("b", "tick", Never);
            t.StartSingleTimer("c", "tick", Never);
            t.Cancel("c");
            TestActor.Tell(t.ActiveTimers.Order().ToArray());
        });
        Assert.Equal(["a", "b"], await ExpectMsgAsync<object[]>());
    }

    [Fact]
    public async Task Each_key_has_one_timer_a_new_start_replaces_it()
    {
        Do(t =>
        {
            t.StartPeriodicTimer("k", "old", Soon);
            t.StartSingleTimer("k", "new", Soon * 2);
        });
        await ExpectMsgAsync("new");
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task Keys_are_compared_by_value_and_of_any_type()
    {
        Do(t =>
        {
            t.StartSingleTimer(("k", 1), "never", Soon);
            t.Cancel(("k", 1));
            t.StartSingleTimer(2, "tick", Soon);
        });
        await ExpectMsgAsync("tick");
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task After_a_cancel_nothing_comes_even_if_it_waits_in_the_mailbox_already()
    {
        WhileTimersFire(t => t.StartSingleTimer("k", "never", Soon), t => t.Cancel("k"));
        _actor.Tell("last");
        await ExpectMsgAsync("last");
    }

    [Fact]
    public async Task After_CancelAll_nothing_comes_either()
    {
        WhileTimersFire(t =>
        {
            t.StartSingleTimer("a", "never", Soon);
            t.StartPeriodicTimer("b", "never", Soon);
        }, t => t.CancelAll());
        _actor.Tell("last");
        await ExpectMsgAsync("last");
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task A_replaced_timers_message_in_the_mailbox_is_dropped()
    {
        WhileTimersFire(t => t.StartSingleTimer("k", "old", Soon), t => t.StartSingleTimer("k", "new", Soon));
        await ExpectMsgAsync("new");
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task A_restart_cancels_and_drops_what_the_old_instance_started()
    {
        WhileTimersFire(t =>
        {
            t.StartSingleTimer("k", "never", Soon);
            t.StartPeriodicTimer("p", "never", Soon);
        }, _ => throw new Boom("x"));
        await ExpectMsgAsync("restarted");
        // The same key in the new instance must not let the old message pass.
        Do(t => t.StartSingleTimer("k", "new", Soon));
        await ExpectMsgAsync("new");
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task A_stop_cancels_without_dead_letters()
    {
        // Where the stop waited on a busy machine, a tick may wait behind it.
        Assert.True(await InOneOfAFew(async () =>
        {
            var letters = CreateTestProbe();
            Sys.EventStream.Subscribe(letters, typeof(DeadLetter));
            var actor = Sys.ActorOf(Props.Create(() => new Ticker(TestActor)));
            actor.Tell((Action<ITimerScheduler>)(t => t.StartPeriodicTimer("k", "tick", Soon * 5)));
            Assert.True(await actor.GracefulStop(Limit));
            var letter = await letters.ReceiveOneAsync(Soon * 12);
            Sys.EventStream.Unsubscribe(letters);
            return letter is null;
        }));
    }

    [Fact]
    public async Task A_timer_can_send_what_actors_handle_by_themselves()
    {
        Watch(_actor);
        Do(t => t.StartSingleTimer("k", PoisonPill.Instance, Soon));
        await ExpectTerminatedAsync(_actor);
    }

    [Fact]
    public async Task Its_message_comes_from_dead_letters()
    {
        Do(t => t.StartSingleTimer("k", "tick", Soon));
        await ExpectMsgAsync("tick");
        Assert.Equal(Sys.DeadLetters, LastSender);
    }

    [Fact]
    public async Task Its_message_can_be_stashed()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Stashing(TestActor)));
        actor.Tell((Action<ITimerScheduler>)(t => t.StartSingleTimer("k", "tick", Soon)));
        await ExpectInOrder("stashed", "tick");
    }

    private sealed class Stashing : ReceiveActor, IWithTimers, IWithStash
    {
        public Stashing(IActorRef log)
        {
            Receive<Action<ITimerScheduler>>(a => a(Timers));
            Receive<string>(_ =>
            {
                Stash.Stash();
                log.Tell("stashed");
                Become(() => ReceiveAny(m => log.Tell(m)));
                Stash.UnstashAll();
            });
        }

        public ITimerScheduler Timers { get; set; } = null!;

        public IStash Stash { get; set; } = null!;
    }
}
