using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Xunit;

namespace Akka.Embedded.Tests.Dispatching;

/// <summary>Which dispatcher an actor gets, and how dispatchers share out turns.</summary>
public sealed class DispatcherTests : EngineTest
{
    private const string Sections = """
        fair { type = Dispatcher, executor = "{0}", thread-name = fair, throughput = 1 }
        greedy { type = Dispatcher, executor = "{0}", thread-name = greedy, throughput = 10 }
        timed { type = Dispatcher, executor = "{0}", thread-name = timed, throughput = 1000, throughput-deadline-time = 20ms }
        patient { type = Dispatcher, executor = "{0}", thread-name = patient, throughput = 1000, throughput-deadline-time = 1h }
        alias = fair
        pool { type = Dispatcher, executor = thread-pool-executor }
        tasks { type = Dispatcher, executor = task-executor }
        fork { type = ForkJoinDispatcher, throughput = 7, dedicated-thread-pool { thread-count = 2 } }
        pinned { type = PinnedDispatcher }
        odd { type = "No.Such.Type, Nowhere" }
        number = 3
        akka.actor.deployment {
          /deployed { dispatcher = fair }
          /deployed/child { dispatcher = pinned }
        }
        """;

    public DispatcherTests() : base(Sections.Replace("{0}", typeof(ThreadExecutorConfigurator).AssemblyQualifiedName, StringComparison.Ordinal))
    {
    }

    private sealed class Logs(string name, IActorRef log, ManualResetEventSlim? go, TimeSpan work) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            go?.Wait(Limit);
            if (work > TimeSpan.Zero)
                Thread.Sleep(work);
            log.Tell($"{name}{message}");
        }
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Props props)
                Sender.Tell(Context.ActorOf(props, "child"));
            else
                Sender.Tell(Context.Dispatcher.Id);
        }
    }

    private async Task<string> DispatcherOf(IActorRef actor) => await actor.Ask<string>("which", Limit);

    private static readonly Props Plain = Props.Create(() => new Echo());

    /// <summary>The order in which two actors of one thread handle so many messages each; whichever has its turn first is a.</summary>
    private async Task<string> Turns(string dispatcher, int messages, TimeSpan work)
    {
        var go = new ManualResetEventSlim();
        var actors = new[] { "a", "b" }
            .Select(n => Sys.ActorOf(Props.Create(() => new Logs(n, TestActor, go, work)).WithDispatcher(dispatcher))).ToArray();
        foreach (var actor in actors)
        {
            for (var i = 0; i < messages; i++)
                actor.Tell(i);
        }
        // The actors are attached to their mailbox asynchronously; only then do the messages queue up there.
        await Sys.ActorSelection("/user").Ask<ActorIdentity>(new Identify(0), Limit);
        go.Set();
        var order = "";
        char? first = null;
        for (var i = 0; i < 2 * messages; i++)
        {
            var name = (await ExpectMsgAsync<string>())[0];
            first ??= name;
            order += name == first ? 'a' : 'b';
        }
        return order;
    }

    /// <summary>How long the turns were, the last ones of both actors aside.</summary>
    private static int[] Lengths(string order)
    {
        var lengths = new List<int>();
        for (var i = 0; i < order.Length; i++)
        {
            if (i > 0 && order[i] == order[i - 1])
                lengths[^1]++;
            else
                lengths.Add(1);
        }
        return [.. lengths.SkipLast(2)];
    }

    [Theory]
    [InlineData("fair", 1)]
    [InlineData("greedy", 10)]
    public async Task Throughput_is_how_many_messages_an_actor_handles_before_the_next_one_has_its_turn(string dispatcher, int throughput)
    {
        var lengths = Lengths(await Turns(dispatcher, 4 * (throughput + 1), TimeSpan.Zero));
        Assert.NotEmpty(lengths);
        // Odd but so: one more than it says.
        Assert.All(lengths, l => Assert.Equal(throughput + 1, l));
    }

    [Fact]
    public async Task A_throughput_deadline_ends_a_turn_early()
    {
        Assert.Equal("abababab", await Turns("timed", 4, TimeSpan.FromMilliseconds(30)));
        Assert.Equal("aaaabbbb", await Turns("patient", 4, TimeSpan.Zero));
    }

    [Fact]
    public async Task Each_kind_of_dispatcher_runs_actors()
    {
        foreach (var id in new[] { "pool", "tasks", "fork", "pinned", Dispatchers.DefaultDispatcherId })
            Assert.Equal(id, await DispatcherOf(Sys.ActorOf(Plain.WithDispatcher(id))));
    }

    [Fact]
    public async Task Without_a_choice_it_is_the_default_dispatcher()
    {
        Assert.Equal("akka.actor.default-dispatcher", Dispatchers.DefaultDispatcherId);
        Assert.Equal(Dispatchers.DefaultDispatcherId, await DispatcherOf(Sys.ActorOf(Plain)));
        Assert.Equal(30, Sys.Dispatchers.Lookup(Dispatchers.DefaultDispatcherId).Throughput);
        Assert.Same(Sys.Dispatchers.Lookup(Dispatchers.DefaultDispatcherId), Sys.Dispatchers.DefaultGlobalDispatcher);
    }

    [Fact]
    public async Task A_deployment_in_the_configuration_chooses_by_path()
    {
        var deployed = Sys.ActorOf(Plain, "deployed");
        Assert.Equal("fair", await DispatcherOf(deployed));
        Assert.Equal("pinned", await DispatcherOf(await deployed.Ask<IActorRef>(Plain, Limit)));
        // And goes before what the Props say.
        Assert.True(await deployed.GracefulStop(Limit));
        await AwaitAssertAsync(async () =>
            Assert.Equal("fair", await DispatcherOf(Sys.ActorOf(Plain.WithDispatcher("pool"), "deployed"))), Limit);
    }

    [Fact]
    public void A_string_in_place_of_a_section_is_an_alias()
        => Assert.Same(Sys.Dispatchers.Lookup("fair"), Sys.Dispatchers.Lookup("alias"));

    [Fact]
    public void A_dispatcher_is_made_once()
        => Assert.Same(Sys.Dispatchers.Lookup("pool"), Sys.Dispatchers.Lookup("pool"));

    [Fact]
    public void It_can_be_asked_whether_a_dispatcher_is_configured()
    {
        Assert.True(Sys.Dispatchers.HasDispatcher("fair"));
        Assert.False(Sys.Dispatchers.HasDispatcher("none"));
    }

    [Fact]
    public void What_is_not_configured_cannot_be_looked_up()
    {
        Assert.Throws<ConfigurationException>(() => Sys.Dispatchers.Lookup("none"));
        Assert.Throws<ConfigurationException>(() => Sys.Dispatchers.Lookup("odd"));
        Assert.ThrowsAny<Exception>(() => Sys.Dispatchers.Lookup("number"));
    }

    [Fact]
    public void An_actor_of_an_unknown_dispatcher_is_refused_at_once()
        => Assert.Throws<ConfigurationException>(() => Sys.ActorOf(Plain.WithDispatcher("none")));

    [Fact]
    public async Task A_configurator_can_be_registered_by_program()
    {
        var prerequisites = Sys.Dispatchers.Prerequisites;
        var config = ConfigurationFactory.ParseString("id = mine, throughput = 3, executor = thread-pool-executor")
            .WithFallback(Sys.Settings.Config.GetConfig(Dispatchers.DefaultDispatcherId));
        Assert.True(Sys.Dispatchers.RegisterConfigurator("mine", new DispatcherConfigurator(config, prerequisites)));
        Assert.False(Sys.Dispatchers.RegisterConfigurator("mine", new DispatcherConfigurator(config, prerequisites)));
        Assert.True(Sys.Dispatchers.HasDispatcher("mine"));
        Assert.Equal(3, Sys.Dispatchers.Lookup("mine").Throughput);
        Assert.Equal("mine", await DispatcherOf(Sys.ActorOf(Plain.WithDispatcher("mine"))));
    }
}
