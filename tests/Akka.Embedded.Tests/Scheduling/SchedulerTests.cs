using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Scheduling;

/// <summary>The scheduler of the system: messages and actions, once and repeatedly.</summary>
public sealed class SchedulerTests : EngineTest
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    private IScheduler Scheduler => Sys.Scheduler;

    private static bool AtLeast(TimeSpan expected, DateTime since)
        => DateTime.UtcNow - since >= expected - TimeSpan.FromMilliseconds(5);

    [Fact]
    public async Task A_message_is_told_once_after_its_delay_from_the_given_sender()
    {
        var sender = CreateTestProbe().Ref;
        var start = DateTime.UtcNow;
        Scheduler.ScheduleTellOnce(Soon, TestActor, "m", sender);
        await ExpectMsgAsync("m");
        Assert.True(AtLeast(Soon, start));
        Assert.Equal(sender, LastSender);
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task A_message_is_told_repeatedly_from_the_first_delay_on()
    {
        var start = DateTime.UtcNow;
        var cancel = Scheduler.ScheduleTellRepeatedlyCancelable(Soon * 4, Soon, TestActor, "m", ActorRefs.NoSender);
        await ExpectMsgAsync("m");
        Assert.True(AtLeast(Soon * 4, start));
        await ExpectInOrder("m", "m", "m");
        Assert.True(AtLeast(Soon * 7, start));
        cancel.Cancel();
    }

    [Fact]
    public async Task A_cancelled_message_is_not_told()
    {
        var later = Soon * 20;
        while (true)
        {
            var probe = CreateTestProbe();
            var start = DateTime.UtcNow;
            var once = Scheduler.ScheduleTellOnceCancelable(later, probe, "never", ActorRefs.NoSender);
            var again = Scheduler.ScheduleTellRepeatedlyCancelable(later, Soon, probe, "never", ActorRefs.NoSender);
            using var given = new Cancelable(Scheduler);
            Scheduler.ScheduleTellOnce(later, probe, "never", ActorRefs.NoSender, given);
            once.Cancel();
            again.Cancel();
            given.Cancel();
            // Cancelled too slowly on a busy machine, they may have been told before.
            if (DateTime.UtcNow - start > later - Soon)
                continue;
            Scheduler.ScheduleTellOnce(later + Soon * 4, probe, "last", ActorRefs.NoSender);
            await probe.ExpectMsgAsync("last");
            return;
        }
    }

    [Fact]
    public async Task Milliseconds_will_do_in_place_of_a_TimeSpan()
    {
        Scheduler.ScheduleTellOnce(10, TestActor, "once", ActorRefs.NoSender);
        await ExpectMsgAsync("once");
        using var cancel = new Cancelable(Scheduler);
        Scheduler.ScheduleTellRepeatedly(10, 10, TestActor, "again", ActorRefs.NoSender, cancel);
        await ExpectInOrder("again", "again");
        cancel.Cancel();
        Scheduler.Advanced.ScheduleOnce(10, () => TestActor.Tell("action"));
        await FishForMessageAsync(m => m is "action");
    }

    [Fact]
    public async Task Actions_run_once_or_repeatedly_until_cancelled()
    {
        Scheduler.Advanced.ScheduleOnce(Soon, () => TestActor.Tell("once"));
        await ExpectMsgAsync("once");
        var cancel = Scheduler.Advanced.ScheduleRepeatedlyCancelable(TimeSpan.Zero, Soon, () => TestActor.Tell("again"));
        await ExpectInOrder("again", "again", "again");
        cancel.Cancel();
    }

    [Fact]
    public async Task An_action_that_throws_is_logged_and_never_run_again()
    {
        await EventFilter.Exception<Boom>("scheduled").ExpectOneAsync(() =>
        {
            Scheduler.Advanced.ScheduleRepeatedly(TimeSpan.Zero, Soon, () =>
            {
                TestActor.Tell("ran");
                throw new Boom("scheduled");
            });
            return Task.CompletedTask;
        });
        await ExpectMsgAsync("ran");
        // The scheduler itself goes on.
        Scheduler.ScheduleTellOnce(Soon * 4, TestActor, "last", ActorRefs.NoSender);
        await ExpectMsgAsync("last");
    }

    [Fact]
    public void A_negative_delay_and_an_interval_that_is_not_positive_are_refused()
    {
        var negative = TimeSpan.FromMilliseconds(-1);
        Assert.Throws<ArgumentOutOfRangeException>(() => Scheduler.ScheduleTellOnce(negative, TestActor, "m", TestActor));
        Assert.Throws<ArgumentOutOfRangeException>(() => Scheduler.ScheduleTellRepeatedly(Soon, TimeSpan.Zero, TestActor, "m", TestActor));
        Assert.Throws<ArgumentOutOfRangeException>(() => Scheduler.Advanced.ScheduleOnce(negative, () => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Scheduler.Advanced.ScheduleRepeatedly(Soon, TimeSpan.Zero, () => { }));
    }

    [Fact]
    public async Task Deadlines_are_kept_in_order()
    {
        while (true)
        {
            var probe = CreateTestProbe();
            var start = DateTime.UtcNow;
            for (var i = 5; i >= 1; i--)
                Scheduler.ScheduleTellOnce(Soon * (2 * i), probe, i, ActorRefs.NoSender);
            // Scheduled too slowly on a busy machine, the deadlines are others than meant here.
            if (DateTime.UtcNow - start > Soon)
                continue;
            for (var i = 1; i <= 5; i++)
                await probe.ExpectMsgAsync(i);
            return;
        }
    }

    [Fact]
    public async Task A_repeated_schedule_does_not_drift()
    {
        // In multiples of the tick, 10 ms by default; Akka.NET rounds other intervals up to it.
        var period = TimeSpan.FromMilliseconds(20);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var (count, atFirst) = (0, double.MaxValue);
        var punctual = new TaskCompletionSource();
        var cancel = Scheduler.Advanced.ScheduleRepeatedlyCancelable(period, period, () =>
        {
            var lateness = watch.Elapsed.TotalMilliseconds - period.TotalMilliseconds * ++count;
            if (count <= 20)
                atFirst = Math.Min(atFirst, lateness);
            else if (count > 80 && lateness < atFirst + 20)
                punctual.TrySetResult();
        });
        // A busy machine may be late for a while; who drifts will never again be as punctual as at first.
        await punctual.Task.WaitAsync(Limit);
        cancel.Cancel();
    }

    [Fact]
    public void The_time_is_the_clocks()
    {
        var tolerance = TimeSpan.FromSeconds(5);
        var before = DateTimeOffset.UtcNow;
        var now = Scheduler.Now;
        Assert.InRange(now, before - tolerance, DateTimeOffset.UtcNow + tolerance);
    }

    [Fact]
    public async Task Far_deadlines_do_not_come_early()
    {
        // Further than one turn of a timer wheel.
        Scheduler.ScheduleTellOnce(Never, TestActor, "never", ActorRefs.NoSender);
        Scheduler.ScheduleTellOnce(TimeSpan.FromDays(300), TestActor, "never", ActorRefs.NoSender);
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task A_message_to_the_dead_is_a_dead_letter()
    {
        var actor = Sys.ActorOf(Props.Empty);
        Assert.True(await actor.GracefulStop(Limit));
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        Scheduler.ScheduleTellOnce(Soon, actor, "m", ActorRefs.NoSender);
        Assert.Equal("m", WrappedMessage.Unwrap((await ExpectMsgAsync<DeadLetter>()).Message));
    }
}
