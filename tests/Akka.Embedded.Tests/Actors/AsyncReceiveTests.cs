using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Xunit;

namespace Akka.Embedded.Tests.Actors;

/// <summary>Handlers that return a Task: the mailbox waits for them, the actor's context stays at hand.</summary>
public sealed class AsyncReceiveTests : EngineTest
{
    private sealed record Wait(Task Until, object Then);

    private sealed record Crash(Task Until, Exception Error);

    [Theory]
    [InlineData(typeof(Receiving))]
    [InlineData(typeof(Untyped))]
    public async Task The_next_message_waits_until_the_handler_has_completed(Type kind)
    {
        var go = new TaskCompletionSource();
        var actor = Sys.ActorOf(Props.Create(kind));
        actor.Tell(new Wait(go.Task, "slow"));
        actor.Tell("next");
        await ExpectNoMsgAsync(Quiet);
        go.SetResult();
        await ExpectInOrder("slow", "next");
    }

    [Theory]
    [InlineData(typeof(Receiving))]
    [InlineData(typeof(Untyped))]
    public async Task Sender_self_and_context_are_the_same_after_an_await(Type kind)
    {
        var actor = Sys.ActorOf(Props.Create(kind), "me");
        var probes = new[] { CreateTestProbe(), CreateTestProbe() };
        var go = new TaskCompletionSource();
        foreach (var probe in probes)
            actor.Tell(new Wait(go.Task, "who"), probe);
        go.SetResult();
        foreach (var probe in probes)
        {
            await probe.ExpectMsgAsync("who");
            Assert.Equal(actor, probe.LastSender);
        }
    }

    [Theory]
    [InlineData(typeof(Receiving))]
    [InlineData(typeof(Untyped))]
    public async Task An_exception_after_an_await_goes_to_the_supervisor_as_it_was_thrown(Type kind)
    {
        var probe = CreateTestProbe();
        var parent = Sys.ActorOf(Witness.Props("p", ActorRefs.Nobody, new OneForOneStrategy(e =>
        {
            probe.Tell(e);
            return Directive.Restart;
        })));
        var actor = await parent.Ask<IActorRef>(new Witness.Spawn(Props.Create(kind), "child"));
        var go = new TaskCompletionSource();
        var boom = new Boom("x");
        actor.Tell(new Crash(go.Task, boom));
        actor.Tell("next");
        go.SetResult();
        await probe.ExpectMsgAsync<Exception>(e => Assert.Same(boom, e));
        await ExpectMsgAsync("next");
    }

    [Theory]
    [InlineData(typeof(Receiving))]
    [InlineData(typeof(Untyped))]
    public async Task A_handler_that_completes_at_once_keeps_the_order(Type kind)
    {
        var actor = Sys.ActorOf(Props.Create(kind));
        for (var i = 0; i < 100; i++)
        {
            actor.Tell(new Wait(Task.CompletedTask, i));
            actor.Tell($"{i}");
        }
        for (var i = 0; i < 100; i++)
            await ExpectInOrder(i, $"{i}");
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_the_handler()
    {
        // Odd but so: system messages pass a mailbox that waits for an async handler.
        var go = new TaskCompletionSource();
        var actor = Sys.ActorOf(Props.Create(() => new Receiving()));
        Watch(actor);
        actor.Tell(new Wait(go.Task, "never"));
        Sys.Stop(actor);
        await ExpectTerminatedAsync(actor);
        go.SetResult();
        await ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task A_PoisonPill_waits_for_the_handler()
    {
        var go = new TaskCompletionSource();
        var actor = Sys.ActorOf(Props.Create(() => new Receiving()));
        Watch(actor);
        actor.Tell(new Wait(go.Task, "done"));
        actor.Tell(PoisonPill.Instance);
        await ExpectNoMsgAsync(Quiet);
        go.SetResult();
        await ExpectMsgAsync("done");
        await ExpectTerminatedAsync(actor);
    }

    [Fact]
    public async Task ReceiveAnyAsync_and_typed_and_conditional_handlers_suspend_the_mailbox_too()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Forms()));
        foreach (var message in new object[] { 1, 2, 'c', "s", 4.0 })
            actor.Tell(message);
        await ExpectInOrder("odd 1", "even 2", "char c", "string s", "any 4");
    }

    [Fact]
    public async Task Awaiting_an_Ask_inside_a_handler_is_possible()
    {
        var echo = Sys.ActorOf(Props.Create(() => new Receiving()));
        var actor = Sys.ActorOf(Props.Create(() => new Asks(echo)));
        actor.Tell("question");
        await ExpectMsgAsync("answered question");
    }

    private sealed class Receiving : ReceiveActor
    {
        public Receiving()
        {
            ReceiveAsync<Wait>(async w =>
            {
                await w.Until;
                Context.Sender.Tell(w.Then, Self);
            });
            ReceiveAsync<Crash>(async c =>
            {
                await c.Until;
                throw c.Error;
            });
            ReceiveAny(m => Sender.Tell(m));
        }
    }

    private sealed class Untyped : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case Wait w:
                    RunTask(async () =>
                    {
                        await w.Until;
                        Context.Sender.Tell(w.Then, Self);
                    });
                    break;
                case Crash c:
                    RunTask(async () =>
                    {
                        await c.Until;
                        throw c.Error;
                    });
                    break;
                default:
                    Sender.Tell(message);
                    break;
            }
        }
    }

    private sealed class Forms : ReceiveActor
    {
        public Forms()
        {
            ReceiveAsync<int>(i => Answer($"odd {i}"), i => i % 2 == 1);
            ReceiveAsync<int>(i => i % 2 == 0, i => Answer($"even {i}"));
            ReceiveAsync(typeof(char), c => Answer($"char {c}"), null!);
            ReceiveAsync(typeof(string), s => s is "s", s => Answer($"string {s}"));
            ReceiveAnyAsync(m => Answer($"any {m}"));
        }

        private async Task Answer(string text)
        {
            await Task.Yield();
            Sender.Tell(text);
        }
    }

    private sealed class Asks : ReceiveActor
    {
        public Asks(IActorRef other) => ReceiveAsync<string>(async s =>
        {
            var answer = await other.Ask<string>(s, Limit);
            Sender.Tell($"answered {answer}");
        });
    }
}
