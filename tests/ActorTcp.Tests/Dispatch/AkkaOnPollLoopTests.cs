using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace ActorTcp.Tests.Dispatch;

/// <summary>The behaviour of Akka.NET that the library relies on, with a poll loop as the executor and with the loop's mailbox.</summary>
public sealed class AkkaOnPollLoopTests(ITestOutputHelper output) : TcpTestKit(output, Config, loops: 1)
{
    private const string Config = """
        akka.loglevel = INFO
        akka.actor.serialize-messages = on
        watched-dispatcher {
          type = Dispatcher
          executor = "ActorTcp.Tests.Dispatch.WatchedExecutorConfigurator, ActorTcp.Tests"
          mailbox-type = "ActorTcp.Dispatch.PollExecutorMailbox, ActorTcp"
          loop = 0
          shutdown-timeout = 1ms
        }
        """;

    [Fact]
    public async Task Loop_runs_actors_again_after_Akka_has_shut_its_executor_down()
    {
        for (var shutdowns = 1; shutdowns <= 3; shutdowns++)
        {
            var actor = OnLoop(_ => { }, "watched-dispatcher");
            Assert.True(await actor.Ask<bool>("is on loop?", Limit));
            Assert.True(await actor.GracefulStop(Limit));
            await UntilAsync(() => Volatile.Read(ref WatchedExecutor.Shutdowns) == shutdowns);
        }
    }

    [Fact]
    public async Task Messages_of_one_sender_keep_their_order_across_threads()
    {
        const int each = 2000;
        var counts = new Dictionary<string, int>();
        var actor = OnLoop(message =>
        {
            var (sender, number) = ((string, int))message;
            Assert.Equal(counts.GetValueOrDefault(sender), number);
            counts[sender] = number + 1;
        });
        var local = OnLoop(_ =>
        {
            for (var i = 0; i < each; i++)
            {
                actor.Tell(("loop", i));
            }
        });
        local.Tell("go");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < each; i++)
            {
                actor.Tell(($"thread {thread}", i));
            }
        })));

        await UntilAsync(async () => await actor.Ask<int>("how many?", Limit) == 5 * each);
        Assert.Equal(5, counts.Count);
    }

    [Fact]
    public void Stop_overtakes_user_messages_and_leaves_them_to_dead_letters()
    {
        var letters = CreateTestProbe();
        Sys.EventStream.Subscribe(letters, typeof(DeadLetter));
        using var gate = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        var seen = new List<object>();
        var actor = OnLoop(message =>
        {
            seen.Add(message);
            entered.Set();
            gate.Wait(Limit);
        });
        Watch(actor);
        actor.Tell("first");
        actor.Tell("second");
        Assert.True(entered.Wait(Limit));

        // Not through its parent, because the parent's mailbox would decide the time.
        ((IInternalActorRef)actor).Stop();
        gate.Set();

        ExpectTerminated(actor, Limit);
        Assert.Equal("second", letters.ExpectMsg<DeadLetter>(Limit).Message);
        Assert.Equal(["first"], seen);
    }

    [Fact]
    public void Restart_keeps_queued_messages_and_calls_the_hooks_in_order()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Restarting(TestActor)).WithDispatcher(Sys.ActorTcp().DispatcherOf(0)));

        actor.Tell("fail");
        actor.Tell("kept");

        foreach (var step in new[] { "PreStart", "PreRestart fail", "PostStop", "PostRestart", "PreStart", "kept" })
        {
            ExpectMsg(step, Limit);
        }
    }

    [Fact]
    public void Unstashed_messages_come_first_and_in_order()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Stashing(TestActor)).WithDispatcher(Sys.ActorTcp().DispatcherOf(0)));

        foreach (var message in new[] { "1", "2", "open", "3" })
        {
            actor.Tell(message);
        }

        foreach (var message in new[] { "1", "2", "3" })
        {
            ExpectMsg(message, Limit);
        }
    }

    [Fact]
    public async Task Actor_that_floods_itself_does_not_starve_another_on_the_loop()
    {
        var flood = Sys.ActorOf(Props.Create<Flooding>().WithDispatcher(Sys.ActorTcp().DispatcherOf(0)));
        flood.Tell("again");

        Assert.True(await OnLoop(_ => { }).Ask<bool>("is on loop?", Limit));
    }

    [Fact]
    public async Task Continuation_of_an_asynchronous_receive_runs_on_the_loop_with_the_mailbox_paused()
    {
        var actor = Sys.ActorOf(Props.Create<Awaiting>().WithDispatcher(Sys.ActorTcp().DispatcherOf(0)));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => actor.Ask<(bool, int)>(i, Limit)));

        Assert.All(answers, answer => Assert.Equal((true, 1), answer));
    }

    [Fact]
    public void Timer_fires_on_the_thread_of_the_loop()
    {
        Sys.ActorOf(Props.Create(() => new Timed(TestActor)).WithDispatcher(Sys.ActorTcp().DispatcherOf(0)));

        ExpectMsg(true, Limit);
    }

    [Fact]
    public async Task Messages_between_actors_on_a_loop_are_serialized_if_configured()
    {
        var actor = OnLoop(message => TestActor.Tell(((Mutable)message).Text));

        // A message to an actor that has not started yet is not serialized.
        Assert.True(await actor.Ask<bool>("is on loop?", Limit));
        var message = new Mutable { Text = "as it was sent" };

        actor.Tell(message);
        message.Text = "changed later";

        ExpectMsg("as it was sent", Limit);
    }

    [Fact]
    public async Task Rarely_active_actor_does_not_wait_for_all_busy_actors()
    {
        const int busy = 30;

        // Each pair of actors passes one message back and forth.
        var runs = 0L;
        var stopped = false;
        var actors = new IActorRef[2 * busy];
        for (var i = 0; i < actors.Length; i++)
        {
            var partner = i ^ 1;
            actors[i] = OnLoop(message =>
            {
                Interlocked.Increment(ref runs);
                Thread.SpinWait(1000);
                if (!Volatile.Read(ref stopped))
                {
                    actors[partner].Tell(message);
                }
            });
        }

        for (var i = 0; i < actors.Length; i += 2)
        {
            actors[i].Tell("go");
        }

        var (began, answered) = (0L, new TaskCompletionSource<long>());
        var actor = OnLoop(_ => answered.SetResult(Interlocked.Read(ref runs) - began));
        await UntilAsync(() => Interlocked.Read(ref runs) > 600 * busy);
        var waits = new List<long>();
        for (var i = 0; i < 21; i++)
        {
            answered = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            Sys.ActorTcp().Loops[0].Post(() =>
            {
                began = Interlocked.Read(ref runs);
                actor.Tell("now");
            });
            waits.Add(await answered.Task.WaitAsync(Limit));
        }

        Volatile.Write(ref stopped, true);
        // In order of arrival, each pair would handle its message first.
        var median = waits.Order().ElementAt(waits.Count / 2);
        Assert.True(median < busy / 2, $"{median} messages of others in between");
    }

    private IActorRef OnLoop(Action<object> receive, string? dispatcher = null) =>
        Sys.ActorOf(Props.Create(() => new OnLoopActor(receive)).WithDispatcher(dispatcher ?? Sys.ActorTcp().DispatcherOf(0)));

    private sealed class Timed : UntypedActor, IWithTimers
    {
        private readonly IActorRef _observer;

        public Timed(IActorRef observer) => _observer = observer;

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => Timers.StartSingleTimer("key", "due", TimeSpan.FromMilliseconds(1));

        protected override void OnReceive(object message) => _observer.Tell(PollLoop.Current is not null);
    }

    public sealed class Mutable
    {
        public string Text { get; set; } = "";
    }

    private sealed class OnLoopActor(Action<object> receive) : UntypedActor
    {
        private int _count;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case "is on loop?":
                    Sender.Tell(PollLoop.Current is not null, Self);
                    break;
                case "how many?":
                    Sender.Tell(_count, Self);
                    break;
                default:
                    _count++;
                    receive(message);
                    break;
            }
        }
    }

    private sealed class Restarting(IActorRef observer) : UntypedActor
    {
        protected override void PreStart() => observer.Tell("PreStart");

        protected override void PostStop() => observer.Tell("PostStop");

        protected override void PreRestart(Exception reason, object message)
        {
            observer.Tell($"PreRestart {message}");
            base.PreRestart(reason, message);
        }

        protected override void PostRestart(Exception reason)
        {
            observer.Tell("PostRestart");
            base.PostRestart(reason);
        }

        protected override void OnReceive(object message)
        {
            if (message is "fail")
            {
                throw new InvalidOperationException("as the test asked");
            }

            observer.Tell(message);
        }
    }

    private sealed class Stashing : ReceiveActor, IWithUnboundedStash
    {
        public Stashing(IActorRef observer)
        {
            Receive<string>(message => message == "open", _ =>
            {
                Become(() => ReceiveAny(message => observer.Tell(message)));
                Stash.UnstashAll();
            });
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;
    }

    private sealed class Flooding : ReceiveActor
    {
        public Flooding() => ReceiveAny(message => Self.Tell(message));
    }

    private sealed class Awaiting : ReceiveActor
    {
        private int _inside;

        public Awaiting() => ReceiveAsync<int>(async _ =>
        {
            var sender = Sender;
            _inside++;
            await Task.Yield();
            sender.Tell((PollLoop.Current is not null, _inside), Self);
            _inside--;
        });
    }
}

/// <summary>The library's executor, which also records when Akka has shut it down.</summary>
internal sealed class WatchedExecutorConfigurator(Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceConfigurator(config, prerequisites)
{
    private readonly PollExecutorConfigurator _library = new(config, prerequisites);

    public override ExecutorService Produce(string id) => new WatchedExecutor(id, _library.Produce(id));
}

internal sealed class WatchedExecutor(string id, ExecutorService library) : ExecutorService(id)
{
    public static int Shutdowns;

    public override void Execute(IRunnable run) => library.Execute(run);

    public override void Shutdown()
    {
        library.Shutdown();
        Interlocked.Increment(ref Shutdowns);
    }
}
