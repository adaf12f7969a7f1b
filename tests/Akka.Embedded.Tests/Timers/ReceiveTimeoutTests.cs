using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Xunit;

namespace Akka.Embedded.Tests.Timers;

/// <summary>The message an actor gets when it has had none for a while.</summary>
public sealed class ReceiveTimeoutTests : EngineTest
{
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(100);

    private sealed record Background : INotInfluenceReceiveTimeout;

    private sealed class Idler : ReceiveActor
    {
        public Idler(IActorRef log, TimeSpan? atOnce)
        {
            if (atOnce is { } timeout)
                Context.SetReceiveTimeout(timeout);
            Receive<ReceiveTimeout>(_ => log.Tell("idle"));
            Receive<TimeSpan>(t => Context.SetReceiveTimeout(t));
            Receive<string>(m => m == "off", _ => Context.SetReceiveTimeout(null));
            Receive<string>(m => m == "own", _ => SetReceiveTimeout(Idle));
            Receive<Exception>(e => throw e);
            ReceiveAny(m => log.Tell(m));
        }
    }

    private IActorRef Spawn(TimeSpan? atOnce = null) => Sys.ActorOf(Props.Create(() => new Idler(TestActor, atOnce)));

    [Fact]
    public async Task It_comes_after_the_time_without_messages_and_again()
    {
        var start = DateTime.UtcNow;
        Spawn(Idle);
        await ExpectInOrder("idle", "idle", "idle");
        Assert.True(DateTime.UtcNow - start >= Idle * 2.5);
    }

    [Fact]
    public async Task It_can_be_set_in_a_message_handler()
    {
        var actor = Spawn();
        await ExpectNoMsgAsync(Quiet);
        actor.Tell(Idle);
        await ExpectMsgAsync("idle");
        Spawn().Tell("own");
        await ExpectMsgAsync("idle");
    }

    [Fact]
    public async Task Null_turns_it_off()
    {
        var actor = Spawn(Idle);
        await ExpectMsgAsync("idle");
        actor.Tell("off");
        actor.Tell("last");
        await FishForMessageAsync(m => m is "last");
        // One may have come into the mailbox behind these, while they waited there on a busy machine.
        actor.Tell("settled");
        await FishForMessageAsync(m => m is "settled");
        await ExpectNoMsgAsync(Idle * 3);
    }

    [Fact]
    public async Task Every_message_puts_it_off()
    {
        // Behind a message that waited on a busy machine the notice may wait already.
        Assert.True(await InOneOfAFew(async () =>
        {
            var probe = CreateTestProbe();
            var actor = Sys.ActorOf(Props.Create(() => new Measures(probe, Idle * 3)));
            // Messages at a third of the time, for five of it, however late they come.
            using var pace = new PeriodicTimer(Idle);
            for (var i = 0; i < 15; i++)
            {
                actor.Tell(i);
                await pace.WaitForNextTickAsync();
            }
            return await probe.ExpectMsgAsync<TimeSpan>() >= Idle * 3 - TimeSpan.FromMilliseconds(20);
        }));
    }

    /// <summary>Tells how long it had been idle when it was told so.</summary>
    private sealed class Measures : ReceiveActor
    {
        private readonly System.Diagnostics.Stopwatch _sinceLast = System.Diagnostics.Stopwatch.StartNew();

        public Measures(IActorRef log, TimeSpan timeout)
        {
            Context.SetReceiveTimeout(timeout);
            Receive<int>(_ => _sinceLast.Restart());
            Receive<ReceiveTimeout>(_ => log.Tell(_sinceLast.Elapsed));
        }
    }

    [Fact]
    public async Task Messages_that_do_not_influence_it_do_not_put_it_off()
    {
        var actor = Spawn(Idle * 2);
        using var background = new Repeat(() => actor.Tell(new Background()), TimeSpan.FromMilliseconds(10));
        await FishForMessageAsync(m => m is "idle");
    }

    [Fact]
    public async Task A_restart_keeps_it()
    {
        // Odd but so: the setting belongs to the actor's cell, not to the instance that made it.
        var actor = Spawn();
        actor.Tell(Idle);
        actor.Tell(new Boom("x"));
        await ExpectMsgAsync("idle");
    }

    [Fact]
    public async Task A_stop_ends_it_without_dead_letters()
    {
        // Where the stop waited on a busy machine, the notice may wait behind it.
        Assert.True(await InOneOfAFew(async () =>
        {
            var letters = CreateTestProbe();
            Sys.EventStream.Subscribe(letters, typeof(Akka.Event.DeadLetter));
            var actor = Spawn(TimeSpan.FromMilliseconds(300));
            Assert.True(await actor.GracefulStop(Limit));
            var letter = await letters.ReceiveOneAsync(TimeSpan.FromMilliseconds(600));
            Sys.EventStream.Unsubscribe(letters);
            return letter is null;
        }));
    }

    [Fact]
    public void There_is_one_message_for_all()
        => Assert.Same(ReceiveTimeout.Instance, ReceiveTimeout.Instance);

    /// <summary>Does something again and again, on the pool, until disposed.</summary>
    private sealed class Repeat : IDisposable
    {
        private readonly Timer _timer;

        public Repeat(Action action, TimeSpan period) => _timer = new Timer(_ => action(), null, period, period);

        public void Dispose() => _timer.Dispose();
    }
}
