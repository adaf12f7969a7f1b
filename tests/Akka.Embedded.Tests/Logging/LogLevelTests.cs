using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Logging;

/// <summary>The configured level, and levels as such.</summary>
public sealed class LogLevelTests : EngineTest
{
    public LogLevelTests() : base("akka.loglevel = WARNING") => Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));

    [Fact]
    public async Task An_adapter_publishes_nothing_below_the_level()
    {
        var log = Akka.Event.Logging.GetLogger(Sys, "source");
        Assert.False(log.IsDebugEnabled || log.IsInfoEnabled || log.IsEnabled(LogLevel.InfoLevel));
        Assert.True(log.IsWarningEnabled && log.IsErrorEnabled);
        log.Debug("d");
        log.Info("i {0}", 1);
        log.Warning("w");
        await ExpectMsgAsync<Warning>(w => w.Message.ToString() == "w");
    }

    [Fact]
    public async Task Log_with_a_level_as_argument_publishes_whatever_the_level()
    {
        // Odd but so: only the loggers' subscriptions keep it out of the log then.
        var log = Akka.Event.Logging.GetLogger(Sys, "source");
        log.Log(LogLevel.InfoLevel, "i");
        await ExpectMsgAsync<Info>(i => i.Message.ToString() == "i");
    }

    [Fact]
    public void The_level_can_be_read_off_the_configuration_and_the_bus()
    {
        Assert.Equal("WARNING", Sys.Settings.Config.GetString("akka.loglevel"));
        Assert.Equal(LogLevel.WarningLevel, Sys.EventStream.LogLevel);
    }

    [Fact]
    public async Task The_level_can_be_changed_while_running()
    {
        Sys.EventStream.SetLogLevel(LogLevel.DebugLevel);
        // Adapters made before keep the level they saw.
        Akka.Event.Logging.GetLogger(Sys, "source").Debug("now");
        await FishForMessageAsync(m => m is Debug d && d.Message.ToString() == "now");
    }

    [Theory]
    [InlineData("debug", LogLevel.DebugLevel)]
    [InlineData("INFO", LogLevel.InfoLevel)]
    [InlineData("Warning", LogLevel.WarningLevel)]
    [InlineData("ERROR", LogLevel.ErrorLevel)]
    public void A_level_can_be_read_from_text(string text, LogLevel level)
        => Assert.Equal(level, Akka.Event.Logging.LogLevelFor(text));

    [Fact]
    public void Off_is_above_all_levels_and_anything_else_is_refused()
    {
        Assert.True(Akka.Event.Logging.LogLevelFor("off") > LogLevel.ErrorLevel);
        Assert.Throws<ArgumentException>(() => Akka.Event.Logging.LogLevelFor("verbose"));
    }

    [Fact]
    public void Levels_are_ordered_and_belong_to_event_types()
    {
        Assert.True(LogLevel.ErrorLevel >= LogLevel.WarningLevel);
        Assert.True(LogLevel.WarningLevel > LogLevel.InfoLevel);
        Assert.True(LogLevel.InfoLevel > LogLevel.DebugLevel);
        Assert.Equal(LogLevel.DebugLevel, Akka.Event.Logging.LogLevelFor<Debug>());
        Assert.Equal(LogLevel.InfoLevel, Akka.Event.Logging.LogLevelFor<Info>());
        Assert.Equal(LogLevel.WarningLevel, Akka.Event.Logging.LogLevelFor<Warning>());
        Assert.Equal(LogLevel.ErrorLevel, Akka.Event.Logging.LogLevelFor<Error>());
        Assert.Equal((0, 3), ((int)LogLevel.DebugLevel, (int)LogLevel.ErrorLevel));
    }

    [Fact]
    public async Task An_actor_logs_under_its_own_path_and_type()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Talks()), "talks");
        actor.Tell("m");
        var warning = await ExpectMsgAsync<Warning>();
        Assert.Equal((actor.Path.ToString(), typeof(Talks)), (warning.LogSource, warning.LogClass));
    }

    [Fact]
    public void Sources_are_named_after_what_they_are_made_from()
    {
        Assert.Equal(TestActor.Path.ToString(), LogSource.Create(TestActor, Sys).Source);
        Assert.StartsWith("text (", LogSource.Create("text", Sys).Source, StringComparison.Ordinal);
        Assert.StartsWith("LogLevelTests (", LogSource.Create(this, Sys).Source, StringComparison.Ordinal);
        Assert.StartsWith("LogLevelTests (", LogSource.Create(typeof(LogLevelTests), Sys).Source, StringComparison.Ordinal);
        Assert.Equal(LogSource.FromType(typeof(string), Sys), LogSource.Create(typeof(string), Sys).Source);
        Assert.Equal(typeof(LogLevelTests), LogSource.Create(this, Sys).Type);
    }

    private sealed class Talks : UntypedActor
    {
        private readonly ILoggingAdapter _log = Context.GetLogger();

        protected override void OnReceive(object message) => _log.Warning("{0}", message);
    }
}
