using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using Akka.Embedded.Tests.Support;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;
using LogLevel = Akka.Event.LogLevel;

namespace Akka.Embedded.Tests.Hosting;

/// <summary>The engine's log in the host's.</summary>
public sealed class HostLoggingTests : HostingTest
{
    /// <summary>Keeps what is logged, with its category and level.</summary>
    private sealed class Collector : ILoggerProvider
    {
        public ConcurrentQueue<(string Category, Microsoft.Extensions.Logging.LogLevel Level, string Text, Exception? Cause)> Entries { get; } = [];

        public ConcurrentQueue<KeyValuePair<string, object?>[]> States { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, this);

        public void Dispose() { }

        private sealed class Logger(string category, Collector collector) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

            public void Log<TState>(Microsoft.Extensions.Logging.LogLevel logLevel, EventId eventId, TState state, Exception? exception,
                Func<TState, Exception?, string> formatter)
            {
                collector.States.Enqueue(state is IEnumerable<KeyValuePair<string, object?>> pairs ? [.. pairs] : []);
                collector.Entries.Enqueue((category, logLevel, formatter(state, exception), exception));
            }
        }
    }

    private readonly Collector _collector = new();

    private Task<Microsoft.Extensions.Hosting.IHost> StartWith(Action<LoggerConfigBuilder> loggers)
        => Start((builder, _) => builder.ConfigureLoggers(loggers), services => services.AddLogging(l => l.AddProvider(_collector)));

    private async Task<(string Category, Microsoft.Extensions.Logging.LogLevel Level, string Text, Exception? Cause)> Entry(string text)
    {
        await Eventually.Holds(() => _collector.Entries.Any(entry => entry.Text.Contains(text, StringComparison.Ordinal)), $"'{text}' is logged");
        return _collector.Entries.First(entry => entry.Text.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_level_has_its_counterpart()
    {
        var host = await StartWith(l =>
        {
            l.LogLevel = LogLevel.DebugLevel;
            l.ClearLoggers();
            l.AddLoggerFactory();
        });
        var log = Akka.Event.Logging.GetLogger(System(host), "source");
        log.Debug("text {0}", "d");
        log.Info("text {0}", "i");
        log.Warning("text {0}", "w");
        var cause = new InvalidOperationException("why");
        log.Error(cause, "text {0}", "e");
        Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Debug, (await Entry("text d")).Level);
        Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Information, (await Entry("text i")).Level);
        Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Warning, (await Entry("text w")).Level);
        var error = await Entry("text e");
        Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Error, error.Level);
        Assert.Same(cause, error.Cause);
    }

    [Fact]
    public async Task The_category_is_the_systems_type_and_the_text_names_the_source()
    {
        var host = await StartWith(l =>
        {
            l.ClearLoggers();
            l.AddLoggerFactory();
        });
        var actor = System(host).ActorOf(Props.Create(() => new Talks()), "talks");
        actor.Tell("hello");
        var entry = await Entry("said hello");
        Assert.Equal("Akka.Actor.ActorSystem", entry.Category);
        Assert.Contains("akka://hosted/user/talks", entry.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_state_has_the_arguments_by_name_where_it_is_from_and_the_template()
    {
        var host = await StartWith(l => l.AddLoggerFactory());
        var actor = System(host).ActorOf(Props.Create(() => new Talks()), "talks");
        actor.Tell("hello");
        await Entry("said hello");
        var state = _collector.States.Single(s => s.Any(p => Equals(p.Value, "said {What}")));
        Assert.Equal(["What", "ActorPath", "Timestamp", "Thread", "LogSource", "{OriginalFormat}"], state.Select(p => p.Key));
        Assert.Equal("hello", state[0].Value);
        Assert.Equal("akka://hosted/user/talks", state[1].Value);
        Assert.Equal(TimeSpan.Zero, Assert.IsType<DateTimeOffset>(state[2].Value).Offset);
        Assert.IsType<int>(state[3].Value);
        Assert.Equal("akka://hosted/user/talks", state[4].Value);
    }

    [Fact]
    public async Task The_ids_of_the_trace_in_which_it_was_logged_come_first()
    {
        var host = await StartWith(l => l.AddLoggerFactory());
        using var activity = new Activity("trace");
        activity.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        activity.SetIdFormat(ActivityIdFormat.W3C).Start();
        System(host).Log.Warning("traced {A}", 1);
        activity.Stop();
        await Entry("traced 1");
        var state = _collector.States.Single(s => s.Any(p => Equals(p.Value, "traced {A}")));
        Assert.Equal(
            [new("Akka.TraceId", activity.TraceId), new("Akka.SpanId", activity.SpanId), new("Akka.TraceFlags", 1), new("A", 1)],
            state.Take(4));

        // An activity with ids of the older kind has no trace.
        using var old = new Activity("old").SetIdFormat(ActivityIdFormat.Hierarchical).Start();
        System(host).Log.Warning("untraced");
        old.Stop();
        await Entry("untraced");
        Assert.Equal("ActorPath", _collector.States.Single(s => s.Any(p => Equals(p.Value, "untraced")))[0].Key);
    }

    [Fact]
    public async Task A_text_that_cannot_be_made_is_reported_in_its_place()
    {
        var host = await StartWith(l => l.AddLoggerFactory());
        System(host).Log.Warning("{A:0,0}", [1000, 2]);
        var entry = await Entry("{A:0,0}");
        Assert.Equal("Received a malformed formatted message. Log level: [WarningLevel], Template: [{A:0,0}], args: [1000,2]", entry.Text);
    }

    [Fact]
    public async Task A_text_without_arguments_is_its_own_template()
    {
        var host = await StartWith(l => l.AddLoggerFactory());
        System(host).Log.Warning("plain {brace}");
        await Entry("plain {brace}");
        var state = _collector.States.Single(s => s.Any(p => Equals(p.Value, "plain {brace}")));
        Assert.Equal(["ActorPath", "Timestamp", "Thread", "LogSource", "{OriginalFormat}"], state.Select(p => p.Key));
    }

    [Fact]
    public async Task What_is_not_given_is_left_to_the_configuration()
    {
        var host = await Start((builder, _) => builder
            .AddHocon("akka.loglevel = WARNING", HoconAddMode.Append)
            .ConfigureLoggers(l =>
            {
                Assert.Null(l.LogLevel);
                Assert.Null(l.LogConfigOnStart);
            }));
        var settings = System(host).Settings;
        Assert.Equal("WARNING", settings.LogLevel);
        Assert.Contains(nameof(DefaultLogger), Assert.Single(settings.Loggers), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_logger_that_is_added_takes_the_place_of_the_configured_one()
    {
        var host = await StartWith(l => l.AddLoggerFactory());
        Assert.Contains("LoggerFactoryLogger", Assert.Single(System(host).Settings.Loggers), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Below_the_level_nothing_is_logged()
    {
        var host = await StartWith(l =>
        {
            l.LogLevel = LogLevel.WarningLevel;
            l.ClearLoggers();
            l.AddLoggerFactory();
        });
        var log = Akka.Event.Logging.GetLogger(System(host), "source");
        log.Info("silent");
        log.Warning("loud");
        await Entry("loud");
        Assert.DoesNotContain(_collector.Entries, e => e.Text.Contains("silent", StringComparison.Ordinal));
        Assert.Equal("Warning", System(host).Settings.Config.GetString("akka.loglevel"), ignoreCase: true);
    }

    [Fact]
    public async Task A_factory_of_its_own_can_be_given()
    {
        using var factory = LoggerFactory.Create(b => b.AddProvider(_collector));
        var host = await Start(builder => builder.ConfigureLoggers(l =>
        {
            l.ClearLoggers();
            l.AddLoggerFactory(factory);
        }));
        System(host).Log.Warning("by its own factory");
        await Entry("by its own factory");
    }

    [Fact]
    public async Task Loggers_can_be_added_by_type_and_cleared()
    {
        var host = await StartWith(l =>
        {
            l.ClearLoggers();
            l.AddLogger<Embedded.Tests.Logging.LoggerTests.Collecting>();
            l.AddDefaultLogger();
        });
        var loggers = System(host).Settings.Config.GetStringList("akka.loggers");
        Assert.Equal(2, loggers.Count);
        Assert.Contains(nameof(Embedded.Tests.Logging.LoggerTests.Collecting), loggers[0], StringComparison.Ordinal);
        Assert.Contains(nameof(DefaultLogger), loggers[1], StringComparison.Ordinal);
    }

    private sealed class Talks : ReceiveActor
    {
        private readonly ILoggingAdapter _log = Context.GetLogger();

        public Talks() => ReceiveAny(m => _log.Info("said {What}", m));
    }
}
