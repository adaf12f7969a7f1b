using Akka.Actor;
using Akka.Event;
using Akka.Embedded.Tests.Support;
using Xunit;

namespace Akka.Embedded.Tests.Ask;

/// <summary>Questions that become tasks.</summary>
public sealed class AskTests : EngineTest
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    private sealed record Twice(object One, object Two);

    private sealed record Silence;

    private sealed record WhoAsks;

    private sealed class Answers : ReceiveActor
    {
        public Answers()
        {
            Receive<Silence>(_ => { });
            Receive<WhoAsks>(_ => Sender.Tell(Sender));
            Receive<Twice>(t =>
            {
                Sender.Tell(t.One);
                Sender.Tell(t.Two);
            });
            ReceiveAny(m => Sender.Tell(m));
        }
    }

    private readonly IActorRef _actor;

    public AskTests() : base("akka.actor.ask-timeout = 200ms")
        => _actor = Sys.ActorOf(Props.Create(() => new Answers()));

    [Fact]
    public async Task The_first_answer_completes_the_task()
    {
        Assert.Equal("one", await _actor.Ask<string>(new Twice("one", "two"), Limit));
        Assert.Equal("one", await _actor.Ask(new Twice("one", "two"), Limit));
    }

    [Fact]
    public async Task A_second_answer_is_a_dead_letter()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        Assert.Equal("one", await _actor.Ask<string>(new Twice("one", "two"), Limit));
        Assert.Equal("two", (await ExpectMsgAsync<DeadLetter>()).Message);
    }

    [Fact]
    public async Task Without_an_answer_in_time_it_fails_with_AskTimeoutException()
        => await Assert.ThrowsAsync<AskTimeoutException>(() => _actor.Ask<string>(new Silence(), Short));

    [Fact]
    public async Task Without_a_limit_of_its_own_it_takes_the_configured_one()
        => await Assert.ThrowsAsync<AskTimeoutException>(() => _actor.Ask<string>(new Silence()).WaitAsync(Limit));

    [Fact]
    public async Task An_answer_that_comes_too_late_is_a_dead_letter()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var probe = CreateTestProbe();
        await Assert.ThrowsAsync<AskTimeoutException>(() => probe.Ref.Ask<string>("question", Short));
        await probe.ExpectMsgAsync("question");
        probe.Reply("late");
        Assert.Equal("late", (await ExpectMsgAsync<DeadLetter>()).Message);
    }

    [Fact]
    public async Task A_cancelled_token_cancels_it()
    {
        using var cancellation = new CancellationTokenSource();
        var answer = _actor.Ask<string>(new Silence(), Limit, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    [Fact]
    public async Task An_answer_of_another_type_fails_it_naming_both()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => _actor.Ask<int>("text", Limit));
        Assert.Contains("System.String", error.Message, StringComparison.Ordinal);
        Assert.Contains("System.Int32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_failure_fails_it_with_its_cause()
    {
        var error = await Assert.ThrowsAsync<Boom>(() => _actor.Ask<string>(new Status.Failure(new Boom("x")), Limit));
        Assert.Equal("x", error.Message);
    }

    [Fact]
    public async Task A_status_failure_fails_it_for_who_asks_for_any_object_too()
    {
        var cause = new Boom("x");
        Assert.Same(cause, await Assert.ThrowsAsync<Boom>(() => _actor.Ask<object>(new Status.Failure(cause), Limit)));
        Assert.Same(cause, await Assert.ThrowsAsync<Boom>(() => _actor.Ask(new Status.Failure(cause), Limit)));
    }

    [Fact]
    public async Task A_status_failure_without_a_cause_cancels_it()
    {
        await Assert.ThrowsAsync<TaskCanceledException>(() => _actor.Ask<string>(new Status.Failure(null!), Limit));
        await Assert.ThrowsAsync<TaskCanceledException>(() => _actor.Ask<object>(new Status.Failure(null!), Limit));
    }

    [Fact]
    public async Task A_status_is_an_answer_like_any_other_to_who_asks_for_one()
    {
        var failure = new Status.Failure(new Boom("x"));
        Assert.Same(failure, await _actor.Ask<Status.Failure>(failure, Limit));
        Assert.Same(failure, await _actor.Ask<Status>(failure, Limit));
        Assert.IsType<Status.Success>(await _actor.Ask<Status>(new Status.Success("fine"), Limit));
    }

    [Fact]
    public async Task A_success_is_not_unwrapped()
    {
        Assert.Equal("fine", ((Status.Success)await _actor.Ask(new Status.Success("fine"), Limit)).Status);
        await Assert.ThrowsAsync<ArgumentException>(() => _actor.Ask<string>(new Status.Success("fine"), Limit));
    }

    [Fact]
    public async Task The_other_status_fails_it_by_its_type_even_if_it_is_a_failure()
        => await Assert.ThrowsAsync<ArgumentException>(() => _actor.Ask<Status.Success>(new Status.Failure(new Boom("x")), Limit));

    [Fact]
    public async Task The_old_failure_fails_it_too_unless_it_is_asked_for()
    {
        var failure = new Failure { Exception = new Boom("x") };
        Assert.Same(failure.Exception, await Assert.ThrowsAsync<Boom>(() => _actor.Ask<string>(failure, Limit)));
        Assert.Same(failure.Exception, await Assert.ThrowsAsync<Boom>(() => _actor.Ask<object>(failure, Limit)));
        Assert.Same(failure.Exception, await Assert.ThrowsAsync<Boom>(() => _actor.Ask<Status>(failure, Limit)));
        Assert.Same(failure, await _actor.Ask<Failure>(failure, Limit));
        await Assert.ThrowsAsync<TaskCanceledException>(() => _actor.Ask<string>(new Failure(), Limit));
        await Assert.ThrowsAsync<Boom>(() => _actor.Ask<Failure>(new Status.Failure(new Boom("x")), Limit));
    }

    [Fact]
    public async Task The_question_can_carry_who_asks()
    {
        var sender = await _actor.Ask<IActorRef>(self => new Twice(self, self), Limit, CancellationToken.None);
        Assert.StartsWith("/temp/", sender.Path.ToStringWithoutAddress(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_question_has_a_sender_of_its_own_below_temp()
    {
        var one = await _actor.Ask<IActorRef>(new WhoAsks(), Limit);
        var two = await _actor.Ask<IActorRef>(new WhoAsks(), Limit);
        Assert.NotEqual(one, two);
        Assert.Equal("/temp", one.Path.Parent.ToStringWithoutAddress());
    }

    [Fact]
    public async Task A_selection_can_be_asked()
        => Assert.Equal("m", await Sys.ActorSelection(_actor.Path).Ask<string>("m", Limit));

    [Fact]
    public async Task Asking_the_dead_times_out()
    {
        Assert.True(await _actor.GracefulStop(Limit));
        await Assert.ThrowsAsync<AskTimeoutException>(() => _actor.Ask<string>("m", Short));
    }

    [Fact]
    public async Task Many_at_once_each_get_their_own_answer()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => _actor.Ask<int>(i, Limit)));
        Assert.Equal(Enumerable.Range(0, 500), answers);
    }
}
