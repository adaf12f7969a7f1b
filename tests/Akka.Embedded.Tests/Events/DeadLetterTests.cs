using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Events;

/// <summary>Messages that reach nobody.</summary>
public sealed class DeadLetterTests : EngineTest
{
    private sealed record Quietly : IDeadLetterSuppression;

    private sealed record Wrapper(object Message) : IWrappedMessage;

    private async Task<IActorRef> Dead()
    {
        var actor = Sys.ActorOf(Props.Empty);
        Assert.True(await actor.GracefulStop(Limit));
        return actor;
    }

    [Fact]
    public async Task A_message_to_dead_letters_itself_is_one()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        Sys.DeadLetters.Tell("m", TestActor);
        var letter = await ExpectMsgAsync<DeadLetter>();
        Assert.Equal(("m", TestActor, Sys.DeadLetters), (letter.Message, letter.Sender, letter.Recipient));
    }

    [Fact]
    public async Task A_dead_letter_told_to_dead_letters_is_published_as_it_is()
    {
        var original = new DeadLetter("m", TestActor, TestActor);
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        Sys.DeadLetters.Tell(original);
        Assert.Same(original, await ExpectMsgAsync<DeadLetter>());
    }

    [Fact]
    public async Task A_message_that_asks_for_it_is_suppressed()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var dead = await Dead();
        var all = CreateTestProbe();
        Sys.EventStream.Subscribe(all, typeof(AllDeadLetters));
        dead.Tell(new Quietly(), TestActor);
        var letter = await all.ExpectMsgAsync<SuppressedDeadLetter>();
        // Odd but so: the recipient is dead letters, not who was meant.
        Assert.Equal((new Quietly(), TestActor, Sys.DeadLetters), (letter.Message, letter.Sender, letter.Recipient));
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task A_dead_letter_told_to_a_stopped_actor_is_lost()
    {
        var dead = await Dead();
        Sys.EventStream.Subscribe(TestActor, typeof(AllDeadLetters));
        dead.Tell(new DeadLetter("m", TestActor, TestActor));
        dead.Tell(new SuppressedDeadLetter(new Quietly(), TestActor, TestActor));
        dead.Tell(new UnhandledMessage("m", TestActor, TestActor));
        dead.Tell("seen", TestActor);
        Assert.Equal("seen", (await ExpectMsgAsync<DeadLetter>()).Message);
    }

    [Fact]
    public async Task A_message_that_wraps_one_that_asks_for_it_is_suppressed_as_a_whole()
    {
        var dead = await Dead();
        Sys.EventStream.Subscribe(TestActor, typeof(AllDeadLetters));
        var message = new Wrapper(new Wrapper(new Quietly()));
        dead.Tell(message, TestActor);
        Assert.Same(message, (await ExpectMsgAsync<SuppressedDeadLetter>()).Message);
        Sys.ActorSelection("/user/none").Tell(message, TestActor);
        var letter = await ExpectMsgAsync<SuppressedDeadLetter>();
        Assert.Equal((message, "/user/none"), (letter.Message, letter.Recipient.Path.ToStringWithoutAddress()));
        dead.Tell(new Wrapper("m"), TestActor);
        await ExpectMsgAsync<DeadLetter>();
    }

    [Fact]
    public async Task A_selection_that_finds_nobody_makes_a_dead_letter_of_the_message()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        Sys.ActorSelection("/user/none").Tell("m", TestActor);
        var letter = await ExpectMsgAsync<DeadLetter>();
        Assert.Equal("m", WrappedMessage.Unwrap(letter.Message));
        Assert.Equal("/user/none", letter.Recipient.Path.ToStringWithoutAddress());
    }

    [Fact]
    public async Task Without_a_sender_a_dead_letter_is_from_dead_letters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        (await Dead()).Tell("m", ActorRefs.NoSender);
        Assert.Equal(Sys.DeadLetters, (await ExpectMsgAsync<DeadLetter>()).Sender);
    }

    [Fact]
    public async Task The_test_kits_filter_sees_them_by_message_type()
    {
        var dead = await Dead();
        await EventFilter.DeadLetter<string>().ExpectOneAsync(() =>
        {
            dead.Tell("m");
            return Task.CompletedTask;
        });
    }

    [Fact]
    public void Its_parts_must_not_be_null()
    {
        Assert.Throws<ArgumentNullException>(() => new DeadLetter("m", null!, TestActor));
        Assert.Throws<ArgumentNullException>(() => new DeadLetter("m", TestActor, null!));
    }
}
