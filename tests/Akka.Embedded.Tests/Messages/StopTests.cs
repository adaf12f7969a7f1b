using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Messages;

/// <summary>The ways to end an actor, and which messages each lets it finish.</summary>
public sealed class StopTests : EngineTest
{
    /// <summary>Blocks on "block" until released; answers everything else.</summary>
    private sealed class Worker(ManualResetEventSlim entered, ManualResetEventSlim go) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is "block")
            {
                entered.Set();
                go.Wait(Limit);
            }
            Sender.Tell(message);
        }
    }

    private readonly ManualResetEventSlim _entered = new();
    private readonly ManualResetEventSlim _go = new();

    private IActorRef BlockedWorker()
    {
        var worker = Sys.ActorOf(Props.Create(() => new Worker(_entered, _go)));
        Watch(worker);
        worker.Tell("block");
        Assert.True(_entered.Wait(Limit));
        return worker;
    }

    private async Task ExpectDeadLetters(IActorRef recipient, params object[] messages)
    {
        foreach (var message in messages)
        {
            var letter = await ExpectMsgAsync<DeadLetter>();
            Assert.Equal((message, recipient), (letter.Message, letter.Recipient));
        }
    }

    [Fact]
    public async Task Stop_overtakes_queued_messages_which_become_dead_letters_in_order()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var worker = BlockedWorker();
        worker.Tell(1);
        worker.Tell(2);
        await StopAtOnce(worker);
        _go.Set();
        await ExpectMsgAsync("block");
        // The notice of the death and the dead letters may come in either order.
        var letters = new List<object>();
        var dead = false;
        while (letters.Count < 2 || !dead)
        {
            var message = await ReceiveOneAsync(Limit);
            if (message is Terminated)
                dead = true;
            else
                letters.Add(Assert.IsType<DeadLetter>(message).Message);
        }
        Assert.Equal([1, 2], letters);
    }

    [Fact]
    public async Task PoisonPill_waits_its_turn()
    {
        var worker = BlockedWorker();
        worker.Tell(1);
        worker.Tell(PoisonPill.Instance);
        worker.Tell(2);
        _go.Set();
        await ExpectInOrder("block", 1);
        await ExpectTerminatedAsync(worker);
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task Kill_waits_its_turn_and_fails_the_actor()
    {
        await EventFilter.Exception<ActorKilledException>().ExpectOneAsync(async () =>
        {
            var worker = BlockedWorker();
            worker.Tell(1);
            worker.Tell(Kill.Instance);
            worker.Tell(2);
            _go.Set();
            await ExpectInOrder("block", 1);
            await ExpectTerminatedAsync(worker);
        });
    }

    [Fact]
    public async Task Kill_restarts_where_the_strategy_says_so()
    {
        var parent = Sys.ActorOf(Witness.Props("p", ActorRefs.Nobody, new OneForOneStrategy(_ => Directive.Restart)));
        var child = await parent.Ask<IActorRef>(new Witness.Spawn(Witness.Props("c", TestActor), "c"), Limit);
        await ExpectInOrder("c:new", "c:PreStart");
        child.Tell(Kill.Instance);
        await ExpectMsgAsync<string>(m => m.StartsWith("c:PreRestart(Kill,", StringComparison.Ordinal));
        await ExpectInOrder("c:PostStop", "c:new", "c:PostRestart(Kill)", "c:PreStart");
    }

    [Fact]
    public async Task A_watch_overtakes_queued_messages()
    {
        var worker = BlockedWorker();
        worker.Tell(PoisonPill.Instance);
        var late = CreateTestProbe();
        late.Watch(worker);
        _go.Set();
        await late.ExpectTerminatedAsync(worker);
        await ExpectMsgAsync("block");
        await ExpectTerminatedAsync(worker);
    }

    [Fact]
    public async Task What_is_told_to_the_dead_is_a_dead_letter()
    {
        var actor = Sys.ActorOf(Props.Empty);
        Assert.True(await actor.GracefulStop(Limit));
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        actor.Tell("late", TestActor);
        var letter = await ExpectMsgAsync<DeadLetter>();
        Assert.Equal(("late", actor, TestActor), (letter.Message, letter.Recipient, letter.Sender));
    }

    [Fact]
    public async Task A_PoisonPill_for_the_dead_is_dropped_in_silence_a_Kill_is_not()
    {
        var actor = Sys.ActorOf(Props.Empty);
        Assert.True(await actor.GracefulStop(Limit));
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        actor.Tell(PoisonPill.Instance);
        actor.Tell(Kill.Instance);
        actor.Tell("late");
        await ExpectDeadLetters(actor, Kill.Instance, "late");
    }

    [Fact]
    public async Task GracefulStop_lets_the_queue_run_empty_and_answers_true()
    {
        var worker = BlockedWorker();
        worker.Tell(1);
        var stopped = worker.GracefulStop(Limit);
        Assert.False(stopped.IsCompleted);
        _go.Set();
        Assert.True(await stopped);
        await ExpectInOrder("block", 1);
        await ExpectTerminatedAsync(worker);
    }

    [Fact]
    public async Task GracefulStop_sends_the_message_it_was_given()
    {
        var actor = Sys.ActorOf(Props.Create(() => new StopsOn(TestActor)));
        Assert.True(await actor.GracefulStop(Limit, "please"));
        await ExpectMsgAsync("please");
    }

    [Fact]
    public async Task GracefulStop_answers_false_after_its_time()
    {
        // Odd but so: false, where its documentation speaks of a cancelled task.
        var worker = BlockedWorker();
        Assert.False(await worker.GracefulStop(TimeSpan.FromMilliseconds(50)));
        _go.Set();
        await ExpectMsgAsync("block");
        await ExpectTerminatedAsync(worker);
    }

    [Fact]
    public async Task GracefulStop_of_the_dead_answers_true()
    {
        var actor = Sys.ActorOf(Props.Empty);
        Assert.True(await actor.GracefulStop(Limit));
        Assert.True(await actor.GracefulStop(Limit));
    }

    private sealed class StopsOn(IActorRef log) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            log.Tell(message);
            Context.Stop(Self);
        }
    }
}
