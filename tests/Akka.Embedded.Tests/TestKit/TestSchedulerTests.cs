using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace Akka.Embedded.Tests.TestKit;

/// <summary>A scheduler whose time the test advances.</summary>
public sealed class TestSchedulerTests : EngineTest
{
    public TestSchedulerTests() : base($"akka.scheduler.implementation = \"{typeof(TestScheduler).AssemblyQualifiedName}\"")
    {
    }

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public async Task Nothing_happens_before_the_time_is_advanced()
    {
        Scheduler.ScheduleTellOnce(Hour, TestActor, "m", ActorRefs.NoSender);
        Scheduler.Advance(Hour - TimeSpan.FromTicks(1));
        await ExpectNoMsgAsync(Quiet);
        Scheduler.Advance(TimeSpan.FromTicks(1));
        await ExpectMsgAsync("m");
        Scheduler.Advance(Hour * 2);
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task What_is_due_comes_in_the_order_of_its_time()
    {
        foreach (var i in new[] { 3, 1, 2 })
            Scheduler.ScheduleTellOnce(Hour * i, TestActor, i, ActorRefs.NoSender);
        Scheduler.Advance(Hour * 3);
        await ExpectInOrder(1, 2, 3);
    }

    [Fact]
    public async Task A_repeated_message_comes_once_an_interval_advanced()
    {
        Scheduler.ScheduleTellRepeatedly(Hour, Hour * 2, TestActor, "m", ActorRefs.NoSender);
        Scheduler.Advance(Hour);
        await ExpectMsgAsync("m");
        Scheduler.Advance(Hour);
        await ExpectNoMsgAsync(Quiet);
        Scheduler.Advance(Hour);
        await ExpectMsgAsync("m");
    }

    [Fact]
    public async Task Advancing_by_several_intervals_at_once_delivers_once()
    {
        // Odd but so: what repeats is scheduled again from the new time on.
        Scheduler.ScheduleTellRepeatedly(Hour, Hour, TestActor, "m", ActorRefs.NoSender);
        Scheduler.Advance(Hour * 5);
        await ExpectMsgAsync("m");
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task What_is_cancelled_does_not_come()
    {
        var once = Scheduler.ScheduleTellOnceCancelable(Hour, TestActor, "never", ActorRefs.NoSender);
        var again = Scheduler.ScheduleTellRepeatedlyCancelable(Hour, Hour, TestActor, "m", ActorRefs.NoSender);
        once.Cancel();
        Scheduler.Advance(Hour);
        await ExpectMsgAsync("m");
        again.Cancel();
        Scheduler.Advance(Hour);
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public void Actions_run_inside_of_Advance()
    {
        var runs = 0;
        Scheduler.Advanced.ScheduleOnce(Hour, () => runs++);
        Scheduler.Advanced.ScheduleRepeatedly(Hour, Hour, () => runs += 10);
        Scheduler.Advance(Hour);
        Assert.Equal(11, runs);
        Scheduler.Advance(Hour);
        Assert.Equal(21, runs);
    }

    [Fact]
    public void Its_time_is_what_it_was_advanced_to_and_never_goes_back()
    {
        var then = Scheduler.Now + Hour;
        Scheduler.AdvanceTo(then);
        Assert.Equal(then, Scheduler.Now);
        Assert.Throws<InvalidOperationException>(() => Scheduler.AdvanceTo(then - Hour));
    }

    [Fact]
    public async Task Timers_and_receive_timeouts_follow_it()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Waits(TestActor)));
        await ExpectMsgAsync("ready");
        Scheduler.Advance(Hour);
        await ExpectMsgAsync("timer");
        await actor.Ask<ActorIdentity>(new Identify(0), Limit);
        Scheduler.Advance(Hour * 2);
        await ExpectMsgAsync(ReceiveTimeout.Instance);
    }

    private sealed class Waits : ReceiveActor, IWithTimers
    {
        private readonly IActorRef _log;

        public Waits(IActorRef log)
        {
            _log = log;
            ReceiveAny(m => log.Tell(m));
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart()
        {
            Timers.StartSingleTimer("k", "timer", Hour);
            Context.SetReceiveTimeout(Hour * 2);
            _log.Tell("ready");
        }
    }
}
