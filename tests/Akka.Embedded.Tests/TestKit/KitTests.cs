using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Embedded.Tests.TestKit;

/// <summary>The test kit's base class: how it starts, what it lends the test, how it ends.</summary>
public sealed class KitTests
{
    /// <summary>Longer than the kit's own limits, which are what some of these tests look at.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>A test class as a user writes it, to be looked at from outside.</summary>
    private class Kit : Akka.TestKit.Xunit2.TestKit
    {
        public Kit(ITestOutputHelper? output = null) : base((ActorSystem)null!, output!) { }

        public Kit(string hocon) : base(hocon) { }

        public Kit(Config config, string name, ITestOutputHelper? output = null) : base(config, name, output!) { }

        public Kit(ActorSystemSetup setup, string name) : base(setup, name) { }

        public Kit(ActorSystem system) : base(system) { }

        public List<string> Ended { get; } = [];

        protected override void AfterAll()
        {
            Ended.Add(Sys.WhenTerminated.IsCompleted ? "too late" : "in time");
            base.AfterAll();
        }
    }

    private sealed class Senderless : Kit, INoImplicitSender;

    private sealed class Output : ITestOutputHelper
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public void WriteLine(string message) => Lines.Enqueue(message);

        public void WriteLine(string format, params object[] args)
            => Lines.Enqueue(string.Format(System.Globalization.CultureInfo.InvariantCulture, format, args));
    }

    private static void Check(Kit kit, Action<Kit> body)
    {
        using (kit)
            body(kit);
        Assert.True(kit.Sys.WhenTerminated.IsCompleted);
        Assert.Equal(["in time"], kit.Ended);
    }

    [Fact]
    public void Without_arguments_it_starts_a_system_called_test_with_the_kits_configuration() => Check(new Kit(), kit =>
    {
        Assert.Equal("test", kit.Sys.Name);
        Assert.Equal(TimeSpan.FromSeconds(3), kit.TestKitSettings.SingleExpectDefault);
        Assert.Equal(TimeSpan.FromSeconds(5), kit.TestKitSettings.DefaultTimeout);
        Assert.Equal(1.0, kit.TestKitSettings.TestTimeFactor);
        Assert.Contains("TestEventListener", kit.Sys.Settings.Config.GetStringList("akka.loggers")[0], StringComparison.Ordinal);
    });

    [Fact]
    public void A_text_of_configuration_goes_before_the_kits_own() => Check(new Kit("a = 1, akka.test.default-timeout = 7s"), kit =>
    {
        Assert.Equal(1, kit.Sys.Settings.Config.GetInt("a"));
        Assert.Equal(TimeSpan.FromSeconds(7), kit.TestKitSettings.DefaultTimeout);
        Assert.Equal(TimeSpan.FromSeconds(3), kit.TestKitSettings.SingleExpectDefault);
    });

    [Fact]
    public void A_configuration_and_a_name_can_be_given()
        => Check(new Kit(ConfigurationFactory.ParseString("a = 1"), "named"), kit =>
        {
            Assert.Equal(("named", 1), (kit.Sys.Name, kit.Sys.Settings.Config.GetInt("a")));
        });

    [Fact]
    public void A_setup_can_be_given()
        => Check(new Kit(ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig("a = 1"), new Extra()), "setup"), kit =>
        {
            Assert.Equal(("setup", 1), (kit.Sys.Name, kit.Sys.Settings.Config.GetInt("a")));
            Assert.True(kit.Sys.Settings.Setup.Get<Extra>().HasValue);
            Assert.Equal(TimeSpan.FromSeconds(5), kit.TestKitSettings.DefaultTimeout);
        });

    private sealed class Extra : Setup;

    [Fact]
    public void A_system_can_be_given_and_is_ended_with_the_test()
    {
        var system = ActorSystem.Create("given");
        Check(new Kit(system), kit =>
        {
            Assert.Same(system, kit.Sys);
            Assert.Equal(TimeSpan.FromSeconds(5), kit.TestKitSettings.DefaultTimeout);
            kit.TestActor.Tell("m");
            kit.ExpectMsg("m", Limit);
        });
    }

    [Fact]
    public void The_test_actor_is_the_sender_of_what_the_test_tells() => Check(new Kit(), kit =>
    {
        var echo = kit.Sys.ActorOf(Props.Create(() => new Echo()));
        echo.Tell("m");
        kit.ExpectMsg("m", Limit);
    });

    [Fact]
    public void Unless_the_test_says_that_there_is_none() => Check(new Senderless(), kit =>
    {
        var echo = kit.Sys.ActorOf(Props.Create(() => new Echo()));
        kit.Sys.EventStream.Subscribe(kit.TestActor, typeof(DeadLetter));
        echo.Tell("m");
        Assert.Equal("m", kit.ExpectMsg<DeadLetter>(Limit).Message);
    });

    [Fact]
    public void The_log_goes_to_the_tests_output()
    {
        var output = new Output();
        Check(new Kit(ConfigurationFactory.ParseString("akka.loglevel = INFO"), "out", output), kit =>
        {
            // The logger that writes to the output may start later than the test.
            kit.AwaitAssert(() =>
            {
                kit.Sys.Log.Info("seen {0}", 1);
                Assert.Contains(output.Lines, l => l.Contains("seen 1", StringComparison.Ordinal));
            }, Limit);
        });
        Assert.Contains(output.Lines, l => l.StartsWith("[INFO][", StringComparison.Ordinal) && l.EndsWith("seen 1", StringComparison.Ordinal));
    }

    [Fact]
    public void Actors_are_made_in_short() => Check(new Kit(), kit =>
    {
        Assert.Equal("/user/a", kit.ActorOf(Props.Create(() => new Echo()), "a").Path.ToStringWithoutAddress());
        Assert.Equal("/user/b", kit.ActorOf<Echo>("b").Path.ToStringWithoutAddress());
        foreach (var echo in new[] { kit.ActorOf(Props.Create(() => new Echo())), kit.ActorOf(() => new Echo()), kit.ActorOf<Echo>() })
        {
            echo.Tell("m");
            kit.ExpectMsg("m", Limit);
        }
    });

    [Fact]
    public void More_test_actors_put_into_the_same_queue() => Check(new Kit(), kit =>
    {
        var other = kit.CreateTestActor("other");
        Assert.Equal("/system/other", other.Path.ToStringWithoutAddress());
        other.Tell("m");
        kit.ExpectMsg("m", Limit);
        Assert.NotEqual(kit.TestActor, other);
    });

    [Fact]
    public void The_full_debug_configuration_turns_everything_on()
    {
        var debug = Akka.TestKit.Xunit2.TestKit.FullDebugConfig;
        Assert.Equal("DEBUG", debug.GetString("akka.loglevel"));
        Assert.True(debug.GetBoolean("akka.actor.debug.receive"));
        Assert.True(debug.GetBoolean("akka.actor.debug.lifecycle"));
        Assert.True(Akka.TestKit.Xunit2.TestKit.DefaultConfig.HasPath("akka.test.timefactor"));
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(m => Sender.Tell(m));
    }
}
