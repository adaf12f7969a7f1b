using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Xunit;

namespace Akka.Embedded.Tests.Actors;

/// <summary>Become, BecomeStacked and UnbecomeStacked, of UntypedActor and of ReceiveActor.</summary>
public sealed class BecomeTests : EngineTest
{
    public static TheoryData<Type> Kinds => [typeof(Untyped), typeof(Receiving)];

    private IActorRef Spawn(Type kind) => Sys.ActorOf(Props.Create(kind));

    private async Task ExpectBehaviour(IActorRef actor, string name)
    {
        actor.Tell("which");
        await ExpectMsgAsync(name);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Become_replaces_the_behaviour_from_the_next_message_on(Type kind)
    {
        var actor = Spawn(kind);
        actor.Tell("become");
        actor.Tell("which");
        // The message that called Become was answered by the old behaviour.
        await ExpectInOrder("became in first", "second");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task BecomeStacked_keeps_the_old_behaviour_to_go_back_to(Type kind)
    {
        var actor = Spawn(kind);
        actor.Tell("stack");
        await ExpectBehaviour(actor, "second");
        actor.Tell("unbecome");
        await ExpectBehaviour(actor, "first");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Become_replaces_only_the_top_of_the_stack(Type kind)
    {
        var actor = Spawn(kind);
        actor.Tell("stack");
        actor.Tell("third");
        await ExpectBehaviour(actor, "third");
        actor.Tell("unbecome");
        await ExpectBehaviour(actor, "first");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_first_behaviour_is_never_discarded(Type kind)
    {
        var actor = Spawn(kind);
        actor.Tell("become");
        await ExpectMsgAsync("became in first");
        actor.Tell("third");
        await ExpectBehaviour(actor, "third");
        // Odd but so: Become keeps the first behaviour below the one it sets, so there is a way back to it.
        actor.Tell("unbecome");
        await ExpectBehaviour(actor, "first");
        actor.Tell("unbecome");
        await ExpectBehaviour(actor, "first");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_restart_goes_back_to_the_first_behaviour(Type kind)
    {
        var actor = Spawn(kind);
        actor.Tell("stack");
        actor.Tell("third");
        actor.Tell(new Boom("x"));
        await ExpectBehaviour(actor, "first");
        actor.Tell("unbecome");
        await ExpectBehaviour(actor, "first");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Resuming_keeps_the_behaviour(Type kind)
    {
        var parent = Sys.ActorOf(Witness.Props("p", ActorRefs.Nobody, new OneForOneStrategy(_ => Directive.Resume)));
        var actor = await parent.Ask<IActorRef>(new Witness.Spawn(Props.Create(kind), "child"));
        actor.Tell("stack");
        actor.Tell(new Boom("x"));
        await ExpectBehaviour(actor, "second");
    }

    [Fact]
    public async Task Become_takes_a_lambda_that_says_whether_it_handled_the_message()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.UnhandledMessage));
        var actor = Sys.ActorOf(Props.Create(() => new Plain()));
        actor.Tell("known", TestActor);
        await ExpectMsgAsync("known");
        actor.Tell("unknown", TestActor);
        Assert.Equal("unknown", (await ExpectMsgAsync<Akka.Event.UnhandledMessage>()).Message);
    }

    private sealed class Plain : ActorBase
    {
        public Plain() => Become(m =>
        {
            if (m is not "known")
                return false;
            Sender.Tell(m);
            return true;
        });

        protected override bool Receive(object message) => throw new InvalidOperationException("replaced");
    }

    private sealed class Untyped : UntypedActor
    {
        protected override void OnReceive(object message) => Handle("first", message);

        private void Handle(string name, object message)
        {
            switch (message)
            {
                case Exception e:
                    throw e;
                case "which":
                    Sender.Tell(name);
                    break;
                case "become":
                    Become(m => Handle("second", m));
                    Sender.Tell($"became in {name}");
                    break;
                case "third":
                    Become(m => Handle("third", m));
                    break;
                case "stack":
                    BecomeStacked(m => Handle("second", m));
                    break;
                case "unbecome":
                    UnbecomeStacked();
                    break;
            }
        }
    }

    private sealed class Receiving : ReceiveActor
    {
        public Receiving() => Handle("first");

        private void Handle(string name)
        {
            Receive<Exception>(e => throw e);
            Receive<string>(m => m == "which", _ => Sender.Tell(name));
            Receive<string>(m => m == "become", _ =>
            {
                Become(() => Handle("second"));
                Sender.Tell($"became in {name}");
            });
            Receive<string>(m => m == "third", _ => Become(() => Handle("third")));
            Receive<string>(m => m == "stack", _ => BecomeStacked(() => Handle("second")));
            Receive<string>(m => m == "unbecome", _ => UnbecomeStacked());
        }
    }
}
