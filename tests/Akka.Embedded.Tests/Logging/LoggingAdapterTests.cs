using Akka.Embedded.Tests.Support;
using Akka.Event;
using Xunit;
using Activity = System.Diagnostics.Activity;

namespace Akka.Embedded.Tests.Logging;

/// <summary>What a logging adapter publishes.</summary>
public sealed class LoggingAdapterTests : EngineTest
{
    private readonly ILoggingAdapter _log;

    public LoggingAdapterTests() : base("akka.loglevel = DEBUG")
    {
        _log = Akka.Event.Logging.GetLogger(Sys, "source");
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));
    }

    private async Task<LogEvent> Next()
        => (LogEvent)await FishForMessageAsync(m => m is LogEvent e && e.LogSource.StartsWith("source", StringComparison.Ordinal));

    private async Task Expect<TEvent>(string message, Exception? cause = null) where TEvent : LogEvent
    {
        var e = await Next();
        Assert.IsType<TEvent>(e);
        Assert.Equal(message, e.Message.ToString());
        Assert.Same(cause, e.Cause);
    }

    [Fact]
    public async Task Each_level_publishes_an_event_of_its_type()
    {
        _log.Debug("d");
        await Expect<Debug>("d");
        _log.Info("i");
        await Expect<Info>("i");
        _log.Warning("w");
        await Expect<Warning>("w");
        _log.Error("e");
        await Expect<Error>("e");
    }

    [Fact]
    public async Task Templates_with_numbers_are_those_of_string_Format()
    {
        _log.Debug("{0} and {1:000}", "a", 7);
        await Expect<Debug>("a and 007");
        _log.Info("{1}{0}", "a", "b");
        await Expect<Info>("ba");
        _log.Warning("{0} {1} {2} {3} {4} {5} {6}", [1, 2, 3, 4, 5, 6, 7]);
        await Expect<Warning>("1 2 3 4 5 6 7");
        _log.Error("{0}", 3);
        await Expect<Error>("3");
    }

    [Fact]
    public async Task A_cause_goes_with_any_level()
    {
        var cause = new Boom("x");
        _log.Debug(cause, "d {0}", 1);
        await Expect<Debug>("d 1", cause);
        _log.Info(cause, "i {0}", 1);
        await Expect<Info>("i 1", cause);
        _log.Warning(cause, "w {0}", 1);
        await Expect<Warning>("w 1", cause);
        _log.Error(cause, "e {0}", 1);
        await Expect<Error>("e 1", cause);
        _log.Error(cause, "plain");
        await Expect<Error>("plain", cause);
    }

    [Fact]
    public async Task The_level_can_be_an_argument()
    {
        var cause = new Boom("x");
        _log.Log(LogLevel.InfoLevel, "i");
        await Expect<Info>("i");
        _log.Log(LogLevel.WarningLevel, "w {0}", [1]);
        await Expect<Warning>("w 1");
        _log.Log(LogLevel.ErrorLevel, cause, "e {0}", [1]);
        await Expect<Error>("e 1", cause);
    }

    [Fact]
    public async Task A_message_is_formatted_when_it_is_printed_not_before()
    {
        var value = new Mutable();
        _log.Info("{0}", value);
        value.Text = "later";
        await Expect<Info>("later");
    }

    [Fact]
    public async Task Braces_without_arguments_are_left_alone()
    {
        _log.Info("{ not a template }");
        await Expect<Info>("{ not a template }");
    }

    [Fact]
    public async Task An_event_tells_its_source_class_level_time_and_thread()
    {
        var before = DateTime.UtcNow;
        _log.Info("m");
        var e = await Next();
        Assert.Equal($"source ({Sys.Name})", e.LogSource.Replace($"({Sys})", $"({Sys.Name})", StringComparison.Ordinal));
        Assert.Equal(LogLevel.InfoLevel, e.LogLevel());
        Assert.InRange(e.Timestamp, before, DateTime.UtcNow);
        Assert.NotNull(e.Thread);
        Assert.NotNull(e.LogClass);
    }

    [Fact]
    public async Task An_event_tells_the_trace_in_which_it_was_logged()
    {
        using var activity = new Activity("trace").Start();
        _log.Info("m");
        activity.Stop();
        Assert.Equal(activity.Context, (await Next()).ActivityContext);
        _log.Info("m");
        Assert.Null((await Next()).ActivityContext);
    }

    [Fact]
    public async Task Printed_an_event_shows_level_time_thread_source_message_and_cause()
    {
        _log.Warning(new Boom("why"), "what");
        var text = (await Next()).ToString();
        Assert.Matches(@"^\[WARNING\]\[\d\d/\d\d/\d{4} \d\d:\d\d:\d\d\.\d{3}Z\]\[Thread \d{4,}\]\[source .*\] what\r?\nCause: .*Boom: why", text);
        Assert.Matches(@"^\[ERROR\]\[.*\]\[Thread \d{4,}\]\[s\] m$", new Error(null!, "s", typeof(string), "m").ToString());
    }

    [Fact]
    public void It_tells_which_levels_are_on()
    {
        Assert.True(_log.IsDebugEnabled && _log.IsInfoEnabled && _log.IsWarningEnabled && _log.IsErrorEnabled);
        Assert.True(_log.IsEnabled(LogLevel.DebugLevel));
    }

    private sealed class Mutable
    {
        public string Text { get; set; } = "before";

        public override string ToString() => Text;
    }
}
