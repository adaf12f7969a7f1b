using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Messages;

/// <summary>The order of messages and who they are from.</summary>
public sealed class TellTests : EngineTest
{
    private sealed class Forwarder(IActorRef target) : UntypedActor
    {
        protected override void OnReceive(object message) => target.Forward(message);
    }

    private sealed class Teller(IActorRef target) : UntypedActor
    {
        // No sender is named: it is the actor whose turn it is.
        protected override void OnReceive(object message) => target.Tell(message);
    }

    private sealed class SelfTeller(IActorRef log) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is int i and > 0)
                Self.Tell(i - 1);
            log.Tell(message);
        }
    }

    private sealed class Ordered(IActorRef log, int expected) : UntypedActor
    {
        private readonly Dictionary<IActorRef, int> _next = [];
        private int _count;

        protected override void OnReceive(object message)
        {
            var (sender, number) = (Sender, (int)message);
            if (number != _next.GetValueOrDefault(sender))
                log.Tell($"{sender} sent {number} out of order");
            _next[sender] = number + 1;
            if (++_count == expected)
                log.Tell("all");
        }
    }

    [Fact]
    public async Task The_messages_of_each_sender_come_in_order_and_complete()
    {
        const int Senders = 8;
        const int Each = 2_000;
        var actor = Sys.ActorOf(Props.Create(() => new Ordered(TestActor, Senders * Each)));
        var threads = Enumerable.Range(0, Senders).Select(_ => new Thread(s =>
        {
            for (var i = 0; i < Each; i++)
                actor.Tell(i, (IActorRef)s!);
        })).ToArray();
        foreach (var thread in threads)
            thread.Start(CreateTestProbe().Ref);
        foreach (var thread in threads)
            thread.Join();
        await ExpectMsgAsync("all");
    }

    [Fact]
    public async Task An_actors_turns_never_overlap()
    {
        const int Messages = 5_000;
        var overlaps = 0;
        var inside = 0;
        Action turn = () =>
        {
            if (Interlocked.Increment(ref inside) != 1)
                overlaps++;
            Interlocked.Decrement(ref inside);
        };
        var actor = Sys.ActorOf(Props.Create(() => new Runs(turn)));
        Parallel.For(0, Messages, _ => actor.Tell("run", ActorRefs.NoSender));
        await actor.Ask<ActorIdentity>(new Identify(0), Limit);
        Assert.Equal(0, overlaps);
    }

    private sealed class Runs(Action action) : UntypedActor
    {
        protected override void OnReceive(object message) => action();
    }

    [Fact]
    public async Task Messages_to_oneself_queue_behind_those_that_wait()
    {
        var actor = Sys.ActorOf(Props.Create(() => new SelfTeller(TestActor)));
        actor.Tell(2);
        await ExpectInOrder(2, 1, 0);
    }

    [Fact]
    public async Task Inside_an_actor_the_sender_is_the_actor_itself()
    {
        var teller = Sys.ActorOf(Props.Create(() => new Teller(TestActor)));
        teller.Tell("m", ActorRefs.NoSender);
        await ExpectMsgAsync("m");
        Assert.Equal(teller, LastSender);
    }

    [Fact]
    public async Task Forward_keeps_the_original_sender()
    {
        var probe = CreateTestProbe();
        var forwarder = Sys.ActorOf(Props.Create(() => new Forwarder(TestActor)));
        forwarder.Tell("m", probe);
        await ExpectMsgAsync("m");
        Assert.Equal(probe.Ref, LastSender);
    }

    [Fact]
    public async Task Without_a_sender_answers_go_to_dead_letters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var actor = Sys.ActorOf(Witness.Props("a", ActorRefs.Nobody));
        actor.Tell(new Witness.Reply("answer"), ActorRefs.NoSender);
        var letter = await ExpectMsgAsync<DeadLetter>();
        Assert.Equal(("answer", actor), (letter.Message, letter.Sender));
    }

    [Fact]
    public async Task Null_is_no_message()
    {
        var actor = Sys.ActorOf(Props.Empty);
        // An actor that has not started yet would not notice.
        await actor.Ask<ActorIdentity>(new Identify(0), Limit);
        Assert.Throws<ArgumentNullException>(() => actor.Tell(null!));
    }

    [Fact]
    public void Nobody_swallows_what_it_is_told()
    {
        ActorRefs.Nobody.Tell("m");
        Assert.True(ActorRefs.Nobody.IsNobody());
        Assert.True(ActorRefs.NoSender.IsNobody());
        Assert.Null(ActorRefs.NoSender);
    }

    [Fact]
    public async Task The_ignoring_reference_of_the_system_swallows_without_a_dead_letter()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(AllDeadLetters));
        Sys.IgnoreRef.Tell("m");
        Sys.ActorOf(Witness.Props("a", TestActor));
        await ExpectInOrder("a:new", "a:PreStart");
        Assert.NotNull(Sys.IgnoreRef.Path);
    }

    [Fact]
    public async Task What_nobody_handles_is_published_with_sender_and_recipient()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        var actor = Sys.ActorOf(Props.Create(() => new Refuses()));
        actor.Tell("m", TestActor);
        var unhandled = await ExpectMsgAsync<UnhandledMessage>();
        Assert.Equal(("m", TestActor, actor), (unhandled.Message, unhandled.Sender, unhandled.Recipient));
    }

    private sealed class Refuses : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);
    }

    [Fact]
    public void References_are_equal_by_path_and_incarnation()
    {
        var one = Sys.ActorOf(Props.Empty, "one");
        var two = Sys.ActorOf(Props.Empty, "two");
        Assert.Equal(one, one);
        Assert.NotEqual(one, two);
        Assert.True(one.CompareTo(two) < 0);
        Assert.Equal(0, one.CompareTo(one));
        Assert.Matches(@"^\[akka://test/user/one#\d+\]$", one.ToString());
    }
}
