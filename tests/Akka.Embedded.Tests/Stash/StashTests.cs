using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Stash;

/// <summary>Messages put aside and taken up again.</summary>
public sealed class StashTests : EngineTest
{
    /// <summary>Stashes numbers while closed; reports what it works on.</summary>
    public class Gate : ReceiveActor, IWithStash
    {
        public Gate(IActorRef log)
        {
            Receive<int>(_ => Stash.Stash());
            Receive<string>(m => m == "open", _ =>
            {
                Become(() =>
                {
                    Receive<Exception>(e => throw e);
                    ReceiveAny(m => log.Tell(m, Sender));
                });
                Stash.UnstashAll();
            });
            Receive<string>(m => m == "one", _ =>
            {
                Become(() => ReceiveAny(m => log.Tell(m, Sender)));
                Stash.Unstash();
            });
            Receive<string>(m => m == "twice", _ =>
            {
                Stash.Stash();
                log.Tell(Record.Exception(Stash.Stash));
            });
            Receive<string>(m => m == "clear", _ => log.Tell(Stash.ClearStash().ToArray()));
            Receive<string>(m => m == "prepend", _ => Stash.Prepend([new Envelope("early", Self), new Envelope("next", Self)]));
            Receive<string>(m => m == "odd only", _ =>
            {
                Become(() => ReceiveAny(m => log.Tell(m, Sender)));
                Stash.UnstashAll(e => e.Message is int i && i % 2 == 1);
            });
            Receive<string>(m => m == "state", _ => log.Tell(State()));
            Receive<Exception>(e => throw e);
            ReceiveAny(m => log.Tell(m, Sender));
        }

        public IStash Stash { get; set; } = null!;

        private string State() => $"{Stash.Count} empty={Stash.IsEmpty} any={Stash.NonEmpty} full={Stash.IsFull}";
    }

    private IActorRef Spawn(int? capacity = null)
    {
        var props = Props.Create(() => new Gate(TestActor));
        return Sys.ActorOf(capacity is { } c ? props.WithStashCapacity(c) : props);
    }

    private static void TellAll(IActorRef actor, params object[] messages)
    {
        foreach (var message in messages)
            actor.Tell(message);
    }

    [Fact]
    public async Task Stashed_messages_come_back_in_order_before_those_in_the_mailbox()
    {
        TellAll(Spawn(), 1, 2, 3, "open", 4);
        await ExpectInOrder(1, 2, 3, 4);
    }

    [Fact]
    public async Task A_stashed_message_keeps_its_sender()
    {
        var probe = CreateTestProbe();
        var actor = Spawn();
        actor.Tell(1, probe);
        actor.Tell("open");
        await ExpectMsgAsync(1);
        Assert.Equal(probe.Ref, LastSender);
    }

    [Fact]
    public async Task Unstash_brings_back_the_oldest_only()
    {
        TellAll(Spawn(), 1, 2, "one", "last");
        await ExpectInOrder(1, "last");
    }

    [Fact]
    public async Task UnstashAll_with_a_predicate_drops_the_rest()
    {
        // Odd but so: what the predicate refuses is gone from the stash.
        TellAll(Spawn(), 1, 2, 3, "odd only", "last");
        await ExpectInOrder(1, 3, "last");
    }

    [Fact]
    public async Task A_message_cannot_be_stashed_twice_in_one_turn()
    {
        TellAll(Spawn(), "twice");
        await ExpectMsgAsync<IllegalActorStateException>();
    }

    [Fact]
    public async Task ClearStash_hands_out_what_was_stashed_and_leaves_nothing()
    {
        TellAll(Spawn(), 1, 2, "clear", "state", "open", "last");
        Assert.Equal([1, 2], (await ExpectMsgAsync<Envelope[]>()).Select(e => e.Message));
        Assert.StartsWith("0 empty=True", await ExpectMsgAsync<string>(), StringComparison.Ordinal);
        await ExpectMsgAsync("last");
    }

    [Fact]
    public async Task Prepend_puts_messages_before_those_stashed()
    {
        TellAll(Spawn(), 1, "prepend", "open");
        await ExpectInOrder("early", "next", 1);
    }

    [Fact]
    public async Task Its_state_can_be_read()
    {
        TellAll(Spawn(2), "state", 1, "state", 2, "state");
        await ExpectInOrder("0 empty=True any=False full=False", "1 empty=False any=True full=False",
            "2 empty=False any=True full=True");
    }

    [Fact]
    public async Task A_full_stash_fails_the_actor()
    {
        var parent = Sys.ActorOf(Witness.Props("p", ActorRefs.Nobody, new OneForOneStrategy(e =>
        {
            TestActor.Tell(e);
            return Directive.Resume;
        })));
        var actor = await parent.Ask<IActorRef>(
            new Witness.Spawn(Props.Create(() => new Gate(TestActor)).WithStashCapacity(2), "c"), Limit);
        TellAll(actor, 1, 2, 3);
        await ExpectMsgAsync<StashOverflowException>();
        TellAll(actor, "open", "last");
        await ExpectInOrder(1, 2, "last");
    }

    [Fact]
    public async Task Without_a_limit_it_takes_any_number()
    {
        var actor = Spawn();
        for (var i = 0; i < 10_000; i++)
            actor.Tell(i);
        actor.Tell("open");
        for (var i = 0; i < 10_000; i++)
            await ExpectMsgAsync(i);
    }

    [Fact]
    public async Task An_unbounded_stash_knows_no_capacity()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Unbounded(TestActor)).WithStashCapacity(1));
        TellAll(actor, 1, 2, 3, "open");
        await ExpectInOrder("-1", 1, 2, 3);
    }

    private sealed class Unbounded : ReceiveActor, IWithUnboundedStash
    {
        public Unbounded(IActorRef log)
        {
            Receive<int>(_ => Stash.Stash());
            ReceiveAny(_ =>
            {
                log.Tell($"{Stash.Capacity}");
                Become(() => ReceiveAny(m => log.Tell(m)));
                Stash.UnstashAll();
            });
        }

        public IStash Stash { get; set; } = null!;
    }

    [Fact]
    public async Task A_restart_unstashes_everything_before_the_mailbox()
    {
        // The new instance is closed again and stashes them once more, in the old order.
        TellAll(Spawn(), 1, 2, new Boom("x"), 3, "open");
        await ExpectInOrder(1, 2, 3);
    }

    [Fact]
    public async Task A_stop_makes_stashed_messages_dead_letters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var actor = Spawn();
        TellAll(actor, 1, 2, "state");
        await ExpectMsgAsync<string>();
        Sys.Stop(actor);
        foreach (var expected in new[] { 1, 2 })
        {
            var letter = await ExpectMsgAsync<DeadLetter>();
            Assert.Equal((expected, actor), (letter.Message, letter.Recipient));
        }
    }

    [Fact]
    public async Task An_actor_with_IWithStash_gets_a_deque_by_itself()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Asynchronous(TestActor)));
        TellAll(actor, 1, 2, "open", 3);
        await ExpectInOrder(1, 2, 3);
    }

    /// <summary>Stashes in async handlers, after the await.</summary>
    private sealed class Asynchronous : ReceiveActor, IWithStash
    {
        private bool _open;

        public Asynchronous(IActorRef log)
        {
            ReceiveAsync<int>(async i =>
            {
                await Task.Yield();
                if (_open)
                    log.Tell(i);
                else
                    Stash.Stash();
            });
            ReceiveAsync<string>(async _ =>
            {
                await Task.Yield();
                _open = true;
                Stash.UnstashAll();
            });
        }

        public IStash Stash { get; set; } = null!;
    }
}
