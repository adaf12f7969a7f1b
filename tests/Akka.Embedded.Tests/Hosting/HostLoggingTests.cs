using System.Collections.Concurrent;
using Akka.Actor;
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

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, this);

        public void Dispose() { }

        private sealed class Logger(string category, Collector collector) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

            public void Log<TState>(Microsoft.Extensions.Logging.LogLevel logLevel, EventId eventId, TState state, Exception? exception,
                Func<TState, Exception?, string> formatter)
                => collector.Entries.Enqueue((category, logLevel, formatter(state, exception), exception));
        }
    }

    private readonly Collector _collector = new();

    private Task<Microsoft.Extensions.Hosting.IHost> StartWith(Action<LoggerConfigBuilder> loggers)
        => Start((builder, _) => builder.ConfigureLoggers(loggers), services => services.AddLogging(l => l.AddProvider(_collector)));

    private async Task<(string Category, Microsoft.Extensions.Logging.LogLevel Level, string Text, Exception? Cause)> Entry(string text)
    {
        var limit = DateTime.UtcNow + Limit;
        while (true)
        {
            var entry = _collector.Entries.FirstOrDefault(e => e.Text.Contains(text, StringComparison.Ordinal));
            if (entry.Text is not null)
                return entry;
            Assert.True(DateTime.UtcNow < limit, $"'{text}' was not logged.");
            await Task.Delay(10);
        }
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

        public Talks() => ReceiveAny(m => _log.Info("said {0}", m));
    }
}
