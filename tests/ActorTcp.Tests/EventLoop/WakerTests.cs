namespace ActorTcp.Tests.EventLoop;

public sealed class WakerTests
{
    private const int Forever = -1;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public void Wake_of_an_owner_that_is_awake_writes_nothing()
    {
        using var poller = new Poller();
        using var waker = new Waker(poller);

        waker.Wake();

        Assert.False(waker.IsSleeping);
        Assert.Equal(0, poller.Wait(0));
    }

    [Fact]
    public void Wake_ends_the_sleep_and_writes_once()
    {
        using var poller = new Poller();
        using var waker = new Waker(poller);
        waker.BeginSleep();
        Assert.True(waker.IsSleeping);

        waker.Wake();
        waker.Wake();

        Assert.False(waker.IsSleeping);
        Assert.Equal(1, poller.Wait(Forever));
        Assert.Equal(0, poller.Wait(0));
    }

    [Fact]
    public void Wake_before_the_wait_makes_the_wait_return_at_once()
    {
        using var poller = new Poller();
        using var waker = new Waker(poller);
        for (var i = 0; i < 3; i++)
        {
            waker.BeginSleep();
            waker.Wake();
            Assert.Equal(1, poller.Wait(Forever));
            waker.EndSleep();
        }
    }

    [Fact]
    public void WaitWithoutPoller_returns_after_a_wake()
    {
        using var poller = new Poller();
        using var waker = new Waker(poller);
        waker.BeginSleep();
        waker.Wake();

        waker.WaitWithoutPoller(Forever);
    }

    [Fact]
    public void Wake_after_the_disposal_does_nothing()
    {
        using var poller = new Poller();
        var waker = new Waker(poller);
        waker.BeginSleep();
        waker.Dispose();

        waker.Wake();
    }

    [Fact]
    public async Task Owner_that_sleeps_without_a_time_out_sees_each_item_of_each_producer()
    {
        const int producers = 3;
        const int items = 20_000;
        using var poller = new Poller();
        using var waker = new Waker(poller);
        var queue = new ConcurrentQueue<int>();
        var taken = 0;
        var owner = Task.Factory.StartNew(Consume, TaskCreationOptions.LongRunning);
        var pushed = Enumerable.Range(0, producers).Select(_ => Task.Run(Produce)).ToArray();

        await Task.WhenAll(pushed).WaitAsync(Limit);
        await owner.WaitAsync(Limit);

        Assert.Equal(producers * items, taken);

        void Produce()
        {
            for (var i = 0; i < items; i++)
            {
                queue.Enqueue(i);
                Interlocked.MemoryBarrier();
                waker.Wake();
                if (i % 64 == 0)
                {
                    Thread.Yield();
                }
            }
        }

        void Consume()
        {
            while (taken < producers * items)
            {
                waker.BeginSleep();
                Assert.InRange(poller.Wait(queue.IsEmpty ? Forever : 0), 0, 1);
                waker.EndSleep();
                while (queue.TryDequeue(out _))
                {
                    taken++;
                }
            }
        }
    }
}
