namespace ActorTcp.Tests.EventLoop;

public sealed class TimerWheelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Each_timer_is_called_once_within_a_tick_whatever_others_are_cancelled_or_moved(int seed)
    {
        var random = new Random(seed);
        var wheel = new TimerWheel();
        var now = 1_000_003L;
        var timers = new List<Recorder>();
        for (var step = 0; step < 5000; step++)
        {
            var choice = random.Next(10);
            if (choice < 4)
            {
                var timer = new Recorder();
                timers.Add(timer);
                Schedule(timer);
            }
            else if (choice < 6 && timers.Count > 0)
            {
                var timer = timers[random.Next(timers.Count)];
                wheel.Cancel(timer);
                timer.Expected = null;
            }
            else if (choice < 7 && timers.Count > 0)
            {
                Schedule(timers[random.Next(timers.Count)]);
            }
            else
            {
                // A loop that sleeps for NextTimeout never oversleeps by more than its tolerance.
                var timeout = wheel.NextTimeout(now);
                Assert.Equal(wheel.Count == 0, timeout < 0);
                now += random.Next(3) == 0 ? random.Next(20_000) : Math.Max(0, timeout);
                var before = now;
                foreach (var timer in timers)
                {
                    timer.Now = before;
                }

                wheel.Advance(now, (_, failure) => throw failure);
                Assert.DoesNotContain(timers, timer => timer.Expected <= now - TimerWheel.Tick);
            }

            Assert.Equal(timers.Count(timer => timer.Expected is not null), wheel.Count);
        }

        void Schedule(Recorder timer)
        {
            var delay = random.Next(4) == 0 ? random.Next(60_000) : random.Next(300);
            timer.Expected = now + delay;
            wheel.Schedule(timer, now, delay);
        }
    }

    [Fact]
    public void Timer_may_schedule_itself_and_cancel_others_when_it_is_due()
    {
        var wheel = new TimerWheel();
        var cancelled = new Recorder { Expected = 20 };
        var again = new Periodic(wheel, cancelled);
        wheel.Schedule(cancelled, 0, 16);
        wheel.Schedule(again, 0, 16);

        for (var now = 0; now < 200; now += 4)
        {
            again.Now = now;
            wheel.Advance(now, (_, failure) => throw failure);
        }

        Assert.Equal(20, again.Times.Count);
        Assert.Equal(20, cancelled.Expected);
    }

    [Fact]
    public void FirstDue_is_the_time_of_the_first_timer_and_calls_no_timer()
    {
        var wheel = new TimerWheel();
        var near = new Recorder { Expected = 20 };
        var far = new Recorder { Expected = 60_000 };
        wheel.Schedule(far, 0, 60_000);
        Assert.Equal(60_000, wheel.FirstDue());

        wheel.Schedule(near, 0, 20);
        Assert.Equal(24, wheel.FirstDue());
        Assert.Equal(2, wheel.Count);
    }

    private sealed class Recorder : LoopTimer
    {
        public long? Expected { get; set; }

        public long Now { get; set; }

        public override void OnDue()
        {
            Assert.NotNull(Expected);
            Assert.True(Expected <= Now, $"due at {Expected}, called at {Now}");
            Expected = null;
        }
    }

    private sealed class Periodic(TimerWheel wheel, LoopTimer other) : LoopTimer
    {
        public List<long> Times { get; } = [];

        public long Now { get; set; }

        public override void OnDue()
        {
            Times.Add(Now);
            wheel.Cancel(other);
            if (Times.Count < 20)
            {
                wheel.Schedule(this, Now, 1);
            }
        }
    }
}
