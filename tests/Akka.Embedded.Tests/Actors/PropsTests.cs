using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Xunit;

namespace Akka.Embedded.Tests.Actors;

/// <summary>The forms in which an actor is described, and what they make.</summary>
public sealed class PropsTests : EngineTest
{
    public sealed class Given : UntypedActor
    {
        private readonly object?[] _arguments;

        public Given() => _arguments = [];

        public Given(string a, int b) => _arguments = [a, b];

        protected override void OnReceive(object message)
        {
            if (message is Exception e)
                throw e;
            Sender.Tell(string.Join(",", _arguments));
        }
    }

    private async Task ExpectArguments(string expected, Props props)
    {
        var actor = Sys.ActorOf(props);
        Assert.Equal(expected, await actor.Ask<string>("which", Limit));
        // The same arguments serve again for each restart.
        actor.Tell(new Boom("x"));
        Assert.Equal(expected, await actor.Ask<string>("which", Limit));
    }

    [Fact]
    public Task A_lambda_gives_the_constructor_and_its_arguments()
    {
        var text = "b";
        return ExpectArguments("ab,3", Props.Create(() => new Given("a" + text, 3)));
    }

    [Fact]
    public void The_arguments_of_a_lambda_are_evaluated_at_once()
    {
        var text = "before";
        var props = Props.Create(() => new Given(text, 3));
        text = "after";
        Assert.Equal(["before", 3], props.Arguments);
    }

    [Fact]
    public void A_lambda_must_be_a_constructor_call()
        => Assert.ThrowsAny<Exception>(() => Props.Create(() => Make()));

    private static Given Make() => null!;

    [Fact]
    public async Task A_type_and_arguments_will_do_as_well()
    {
        await ExpectArguments("x,1", Props.Create(typeof(Given), "x", 1));
        await ExpectArguments("x,1", Props.Create<Given>("x", 1));
        await ExpectArguments("x,1", new Props(typeof(Given), ["x", 1]));
        await ExpectArguments("", Props.Create<Given>());
        await ExpectArguments("", new Props(typeof(Given)));
    }

    [Fact]
    public async Task Arguments_that_fit_no_constructor_are_an_initialization_failure()
    {
        var supervisor = Sys.ActorOf(Witness.Props("p", ActorRefs.Nobody, new OneForOneStrategy(e =>
        {
            TestActor.Tell(e);
            return Directive.Stop;
        })));
        await supervisor.Ask<IActorRef>(new Witness.Spawn(Props.Create(typeof(Given), "x", "y", "z"), "child"));
        await ExpectMsgAsync<ActorInitializationException>();
    }

    [Fact]
    public void Each_With_makes_a_copy()
    {
        var strategy = new OneForOneStrategy(_ => Directive.Stop);
        var plain = Props.Create<Given>();
        var rich = plain.WithDispatcher("d").WithMailbox("m").WithSupervisorStrategy(strategy).WithStashCapacity(7)
            .WithDeploy(Deploy.Local.WithDispatcher("e"));
        Assert.Equal("e", rich.Dispatcher);
        Assert.Same(strategy, rich.SupervisorStrategy);
        Assert.Equal(typeof(Given), rich.Type);
        Assert.NotEqual("e", plain.Dispatcher);
        Assert.Null(plain.SupervisorStrategy);
        Assert.Equal(("m", 7), (plain.WithMailbox("m").Mailbox, plain.WithStashCapacity(7).Deploy.StashCapacity));
    }

    [Fact]
    public async Task Empty_props_make_an_actor_that_swallows_every_message()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.UnhandledMessage));
        var actor = Sys.ActorOf(Props.Empty);
        // Odd but so: not even unhandled.
        actor.Tell("m", TestActor);
        actor.Tell(new Identify("last"), TestActor);
        Assert.Equal("last", (await ExpectMsgAsync<ActorIdentity>()).MessageId);
    }

    [Fact]
    public async Task The_strategy_of_the_props_is_used_before_the_actors_own()
    {
        var props = Witness.Props("p", ActorRefs.Nobody, new OneForOneStrategy(_ => Directive.Stop))
            .WithSupervisorStrategy(new OneForOneStrategy(_ => Directive.Resume));
        var parent = Sys.ActorOf(props);
        var child = await parent.Ask<IActorRef>(new Witness.Spawn(Witness.Props("c", TestActor), "c"));
        child.Tell(new Boom("x"));
        child.Tell("on");
        await ExpectInOrder("c:new", "c:PreStart", "c:on");
    }

    [Fact]
    public async Task A_producer_makes_each_instance_and_gets_each_back()
    {
        var actor = Sys.ActorOf(Props.CreateBy(new Producer(TestActor)));
        await ExpectMsgAsync("produce");
        actor.Tell(new Boom("x"));
        await ExpectInOrder("release", "produce");
        Sys.Stop(actor);
        await ExpectMsgAsync("release");
    }

    private sealed class Producer(IActorRef log) : IIndirectActorProducer
    {
        public Type ActorType => typeof(Given);

        public ActorBase Produce()
        {
            log.Tell("produce");
            return new Given();
        }

        public void Release(ActorBase actor) => log.Tell("release");
    }
}
