using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Actors;

/// <summary>Which handler of a ReceiveActor gets a message.</summary>
public sealed class ReceiveActorTests : EngineTest
{
    private async Task Expect(Action<Handlers, Action<string>> configure, object message, params string[] notes)
    {
        var actor = Sys.ActorOf(Props.Create(() => new Handlers(configure)));
        actor.Tell(message, TestActor);
        actor.Tell(new Done(), TestActor);
        await ExpectInOrder([.. notes]);
        await ExpectMsgAsync("done");
    }

    public sealed record Done;

    public sealed class Handlers : ReceiveActor
    {
        public Handlers(Action<Handlers, Action<string>> configure)
        {
            Receive<Done>(_ => Sender.Tell("done"));
            configure(this, s => Sender.Tell(s));
        }

        public void On<T>(Action<T> handler, Predicate<T>? when = null) => Receive(handler, when!);

        public void OnWhen<T>(Predicate<T> when, Action<T> handler) => Receive(when, handler);

        public void Try<T>(Func<T, bool> handler) => Receive(handler);

        public void On(Type type, Action<object> handler, Predicate<object>? when = null) => Receive(type, handler, when!);

        public void OnWhen(Type type, Predicate<object> when, Action<object> handler) => Receive(type, when, handler);

        public void Try(Type type, Func<object, bool> handler) => Receive(type, handler);

        public void Any(Action<object> handler) => ReceiveAny(handler);
    }

    [Fact]
    public Task The_first_handler_of_the_messages_type_wins() => Expect((a, note) =>
    {
        a.On<int>(_ => note("int"));
        a.On<string>(_ => note("first"));
        a.On<string>(_ => note("second"));
    }, "m", "first");

    [Fact]
    public Task A_handler_for_a_base_type_or_an_interface_takes_what_derives_from_it() => Expect((a, note) =>
    {
        a.On<IComparable<int>>(_ => note("interface"));
        a.On<int>(_ => note("never"));
    }, 1, "interface");

    [Fact]
    public Task A_handler_whose_predicate_says_no_is_passed_over() => Expect((a, note) =>
    {
        a.On<int>(_ => note("even"), i => i % 2 == 0);
        a.OnWhen<int>(i => i > 10, _ => note("big"));
        a.On<int>(_ => note("rest"));
    }, 7, "rest");

    [Fact]
    public Task A_handler_that_returns_false_passes_the_message_on() => Expect((a, note) =>
    {
        a.Try<int>(_ =>
        {
            note("looked");
            return false;
        });
        a.Try<int>(_ =>
        {
            note("took");
            return true;
        });
        a.On<int>(_ => note("never"));
    }, 7, "looked", "took");

    [Fact]
    public Task Handlers_can_be_given_by_Type_too() => Expect((a, note) =>
    {
        a.On(typeof(string), _ => note("string"));
        a.On(typeof(int), _ => note("odd"), m => (int)m % 2 == 1);
        a.OnWhen(typeof(int), m => (int)m > 100, _ => note("big"));
        a.Try(typeof(int), m =>
        {
            note($"took {m}");
            return true;
        });
    }, 8, "took 8");

    [Fact]
    public Task ReceiveAny_takes_what_no_handler_before_it_took() => Expect((a, note) =>
    {
        a.On<int>(_ => note("int"));
        a.Any(m => note($"any {m}"));
    }, 3.0, "any 3");

    [Fact]
    public async Task A_message_that_nobody_takes_is_published_as_unhandled()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        Action<Handlers, Action<string>> nothing = (_, _) => { };
        var actor = Sys.ActorOf(Props.Create(() => new Handlers(nothing)));
        actor.Tell("m", TestActor);
        var unhandled = await ExpectMsgAsync<UnhandledMessage>();
        Assert.Equal(("m", TestActor, actor), (unhandled.Message, unhandled.Sender, unhandled.Recipient));
    }

    [Fact]
    public async Task Nothing_may_follow_ReceiveAny_nor_a_handler_that_takes_every_object()
    {
        await ExpectFailure(a => { a.Any(_ => { }); a.On<int>(_ => { }); });
        await ExpectFailure(a => { a.On<object>(_ => { }); a.On<int>(_ => { }); });
        await ExpectFailure(a => { a.On(typeof(object), _ => { }); a.Any(_ => { }); });
    }

    private async Task ExpectFailure(Action<Handlers> configure)
    {
        var log = TestActor;
        Action<Handlers, Action<string>> report = (a, _) => log.Tell(Record.Exception(() => configure(a)));
        Sys.ActorOf(Props.Create(() => new Handlers(report)));
        await ExpectMsgAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task Handlers_can_be_added_in_the_constructor_and_in_Become_only()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Late()));
        actor.Tell("add", TestActor);
        await ExpectMsgAsync<InvalidOperationException>();
    }

    private sealed class Late : ReceiveActor
    {
        public Late() => Receive<string>(_ => Sender.Tell(Record.Exception(() => Receive<int>(_ => { }))));
    }
}
