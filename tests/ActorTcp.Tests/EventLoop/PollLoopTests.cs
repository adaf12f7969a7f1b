namespace ActorTcp.Tests.EventLoop;

public sealed class PollLoopTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Post_wakes_a_sleeping_loop_and_posts_run_in_order()
    {
        using var loop = Started();
        var ran = new List<int>();
        for (var i = 0; i < 1000; i++)
        {
            var number = i;
            loop.Post(() => ran.Add(number));
            if (i % 100 == 0)
            {
                await Sleeping(loop);
            }
        }

        await Turned(loop);
        Assert.Equal(Enumerable.Range(0, 1000), ran);
    }

    [Fact]
    public async Task Exception_of_a_post_is_reported_and_the_loop_continues()
    {
        var reported = new TaskCompletionSource<Exception>();
        using var loop = Started((_, failure) => reported.TrySetResult(failure));

        loop.Post(() => throw new InvalidOperationException("posted"));

        Assert.Equal("posted", (await reported.Task.WaitAsync(Limit)).Message);
        await Turned(loop);
    }

    [Fact]
    public async Task An_idle_loop_does_not_turn()
    {
        using var loop = Started();
        await Turned(loop);
        await Sleeping(loop);
        var turn = loop.Turn;

        // Observed for long enough to notice a turn.
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (var i = 0; i < 20; i++)
        {
            await pace.WaitForNextTickAsync();
            Assert.Equal(turn, loop.Turn);
        }
    }

    [Fact]
    public async Task End_of_turn_task_that_registers_itself_again_runs_in_the_next_turn()
    {
        using var loop = Started();
        var target = new AsksAgain(loop, 3);

        loop.Post(() => loop.RunAtEndOfTurn(target));

        var turns = await target.Done.Task.WaitAsync(Limit);
        Assert.Equal([turns[0], turns[0] + 1, turns[0] + 2], turns);
    }

    [Fact]
    public void Stopped_loop_ends_its_thread_whether_it_slept_or_never_started()
    {
        var started = Started();
        var created = new PollLoop(0, "never started", (_, _) => { });

        started.Stop();
        created.Stop();
        started.Stop();

        Assert.True(started.Join(Limit));
        Assert.True(created.Join(Limit));
        Assert.Equal(LoopState.Stopped, started.State);
        started.WakeIfSleeping();
    }

    [Fact]
    public async Task Stop_never_hangs_while_other_threads_wake_the_loop()
    {
        for (var i = 0; i < 200; i++)
        {
            var loop = Started();
            var waking = Task.Run(() =>
            {
                while (loop.State is not (LoopState.Stopping or LoopState.Stopped))
                {
                    loop.Post(() => { });
                }
            });
            await Turned(loop);

            loop.Stop();

            Assert.True(loop.Join(Limit));
            await waking.WaitAsync(Limit);
        }
    }

    [Fact]
    public void Loop_that_cannot_be_made_leaves_no_descriptor_open() => ChildProcess.Run(FailToMake);

    private static void FailToMake()
    {
        AppContext.SetData(ISystemCallFaults.Key, new NoRegistrations());

        // Loads the code that the exceptions need, because loading takes descriptors.
        Assert.Throws<IOException>(() => new PollLoop(0, "fails", (_, _) => { }));
        using var exhausted = new ExhaustedDescriptors();

        // Without an epoll instance, without an eventfd, and with both but without the registration.
        for (var free = 0; free <= 2; free++)
        {
            Assert.Throws<IOException>(() => new PollLoop(0, "fails", (_, _) => { }));
            var again = Enumerable.Range(0, free + 1).Select(_ => TestLibc.Dup(0)).ToList();
            Assert.Equal(free, again.Count(fd => fd >= 0));
            again.ForEach(fd => _ = fd < 0 ? 0 : TestLibc.Close(fd));
            exhausted.FreeOne();
        }
    }

    [Fact]
    public async Task Slow_mailboxes_end_the_turn_before_all_of_them_have_run()
    {
        using var loop = new PollLoop(0, "test-loop", (_, _) => { });
        loop.Work = new PollExecutorQueue(loop);
        loop.Start();
        var ran = 0;
        var ranBefore = new TaskCompletionSource<int>();
        const int mailboxes = 100;
        loop.Post(() =>
        {
            for (var i = 0; i < mailboxes; i++)
            {
                ((PollExecutorQueue)loop.Work).Execute(new CalledRunnable(() =>
                {
                    ran++;
                    Thread.Sleep(1);
                }));
            }

            loop.Post(() => ranBefore.SetResult(ran));
        });

        Assert.InRange(await ranBefore.Task.WaitAsync(Limit), 1, mailboxes - 1);
    }

    [Fact]
    public async Task Failed_end_of_turn_task_timer_or_mailbox_does_not_affect_the_others()
    {
        var failures = new ConcurrentQueue<Exception>();
        using var loop = new PollLoop(0, "test-loop", (_, failure) => failures.Enqueue(failure));
        loop.Work = new PollExecutorQueue(loop);
        loop.Start();
        var calls = new ConcurrentQueue<string>();
        loop.Post(() =>
        {
            for (var i = 0; i < 4; i++)
            {
                var (name, fails) = ($"{i}", i % 2 == 0);
                loop.RunAtEndOfTurn(new Called(() => Call($"turn end {name}", fails)));
                loop.Timers.Schedule(new CalledTimer(() => Call($"timer {name}", fails)), loop.Now, 1);
                ((PollExecutorQueue)loop.Work).Execute(new CalledRunnable(() => Call($"mailbox {name}", fails)));
            }
        });

        await Eventually.HoldsAsync(() => calls.Count == 12, () => string.Join(", ", calls));

        Assert.Equal(12, calls.Distinct().Count());
        await Eventually.HoldsAsync(() => failures.Count == 6, () => $"{failures.Count} failures");
        Assert.All(failures, failure => Assert.IsType<LoopFaultException>(failure));

        void Call(string name, bool fails)
        {
            calls.Enqueue(name);
            if (fails)
            {
                throw new InvalidOperationException("as the test asked");
            }
        }
    }

    [Fact]
    public async Task Failure_of_one_ready_descriptor_loses_no_event_of_the_others()
    {
        var failures = new ConcurrentQueue<Exception>();
        using var loop = Started((_, failure) => failures.Enqueue(failure));
        var wakers = new List<(Poller Poller, Waker Waker)>();
        var calls = new ConcurrentQueue<int>();
        var ended = new ConcurrentQueue<int>();
        var ready = new TaskCompletionSource();
        loop.Post(() =>
        {
            for (var i = 0; i < 8; i++)
            {
                var number = i;
                var inner = new Poller();
                var waker = new Waker(inner);
                wakers.Add((inner, waker));
                loop.Poller.Register(inner.Descriptor, EpollEvents.In | EpollEvents.EdgeTriggered, new Target(() =>
                {
                    calls.Enqueue(number);
                    throw new InvalidOperationException("as the test asked");
                }, () => ended.Enqueue(number)));
            }

            // All of them are ready in the same turn.
            wakers.ForEach(waker =>
            {
                waker.Waker.BeginSleep();
                waker.Waker.Wake();
            });
            ready.SetResult();
        });
        await ready.Task.WaitAsync(Limit);

        await Eventually.HoldsAsync(() => ended.Count == 8, () => $"{calls.Count} called, {ended.Count} ended");

        Assert.Equal(Enumerable.Range(0, 8), calls.Order());
        Assert.Equal(8, failures.Count);
        loop.Stop();
        Assert.True(loop.Join(Limit));
        wakers.ForEach(waker => { waker.Waker.Dispose(); waker.Poller.Dispose(); });
    }

    private static PollLoop Started(Action<PollLoop, Exception>? onFailure = null)
    {
        var loop = new PollLoop(0, "test-loop", onFailure ?? ((_, _) => { }));
        loop.Start();
        return loop;
    }

    private static Task Turned(PollLoop loop)
    {
        var turned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(turned.SetResult);
        return turned.Task.WaitAsync(Limit);
    }

    private static Task Sleeping(PollLoop loop) =>
        Eventually.HoldsAsync(() => loop.IsSleeping, () => "the loop does not fall asleep");

    private sealed class AsksAgain(PollLoop loop, int times) : IEndOfTurn
    {
        private readonly List<long> _turns = [];

        public TaskCompletionSource<List<long>> Done { get; } = new();

        public void OnEndOfTurn()
        {
            _turns.Add(loop.Turn);
            if (_turns.Count < times)
            {
                loop.RunAtEndOfTurn(this);
            }
            else
            {
                Done.SetResult(_turns);
            }
        }
    }

    private sealed class Called(Action action) : IEndOfTurn
    {
        public void OnEndOfTurn() => action();
    }

    private sealed class CalledRunnable(Action action) : Akka.Dispatch.IRunnable
    {
        public void Run() => action();

        public void Execute() => action();
    }

    private sealed class CalledTimer(Action action) : LoopTimer
    {
        public override void OnDue() => action();
    }

    private sealed class NoRegistrations : ISystemCallFaults
    {
        public int ErrnoOf(SystemCall call) => call == SystemCall.EpollAdd ? (int)Errno.ENOSPC : 0;

        public int ErrnoOfClose(int errno) => errno;
    }

    private sealed class Target(Action onReady, Action onFault) : IPollTarget
    {
        public void OnReady(uint events) => onReady();

        public void OnFault() => onFault();

        public void OnLost(Errno errno) => onFault();
    }
}
