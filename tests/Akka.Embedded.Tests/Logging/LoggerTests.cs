using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Embedded.Tests.Support;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Logging;

/// <summary>Loggers: actors that the configuration names and the system starts.</summary>
public sealed class LoggerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Collects what it is told, by system.</summary>
    public class Collecting : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
    {
        public static readonly ConcurrentDictionary<string, ConcurrentQueue<LogEvent>> Seen = new();

        public Collecting()
        {
            var seen = Seen.GetOrAdd(Context.System.Name, _ => []);
            Receive<InitializeLogger>(m => Sender.Tell(m.LoggingBus is null ? "no bus" : new LoggerInitialized()));
            Receive<LogEvent>(seen.Enqueue);
        }
    }

    public sealed class Second : Collecting;

    /// <summary>Never says that it is ready.</summary>
    public sealed class Mute : UntypedActor
    {
        protected override void OnReceive(object message) { }
    }

    /// <summary>Prints in its own way.</summary>
    public sealed class Printing : DefaultLogger
    {
        public static readonly ConcurrentQueue<string> Printed = new();

        protected override void Print(LogEvent logEvent) => Printed.Enqueue($"{Context.System.Name} {logEvent.Message}");
    }

    private static string Names(params Type[] loggers)
        => $"akka.stdout-loglevel = OFF, akka.loggers = [{string.Join(", ", loggers.Select(l => $"\"{l.AssemblyQualifiedName}\""))}]\n";

    private static async Task With(string name, string hocon, Func<ActorSystem, Task> body)
    {
        var system = ActorSystem.Create(name, hocon);
        try
        {
            await body(system);
        }
        finally
        {
            await system.Terminate();
        }
    }

    private static bool Saw(string system, string text)
        => Collecting.Seen.TryGetValue(system, out var seen) && seen.Any(e => e.Message.ToString() == text);

    [Fact]
    public Task A_configured_logger_is_told_every_event_of_the_level_and_above()
        => With("one-logger", Names(typeof(Collecting)) + "akka.loglevel = INFO", async system =>
        {
            system.Log.Debug("below");
            system.Log.Info("at");
            system.Log.Error("above");
            await Eventually.Holds(() => Saw("one-logger", "above"));
            Assert.True(Saw("one-logger", "at"));
            Assert.False(Saw("one-logger", "below"));
        });

    [Fact]
    public Task Every_logger_named_is_started()
        => With("two-loggers", Names(typeof(Collecting), typeof(Second)), async system =>
        {
            system.Log.Warning("m");
            await Eventually.Holds(() => Collecting.Seen["two-loggers"].Count(e => e.Message.ToString() == "m") == 2);
        });

    [Fact]
    public Task The_level_off_silences_all()
        => With("off", Names(typeof(Collecting)) + "akka.loglevel = OFF", async system =>
        {
            system.Log.Error("m");
            system.EventStream.Publish(new Error(null!, "s", typeof(string), "m"));
            await system.ActorSelection("/user").Ask<ActorIdentity>(new Identify(0), Limit);
            Assert.False(Saw("off", "m"));
        });

    [Fact]
    public Task The_default_logger_can_be_derived_from()
        => With("printing", Names(typeof(Printing)), async system =>
        {
            system.Log.Warning("m");
            await Eventually.Holds(() => Printing.Printed.Contains("printing m"));
        });

    [Fact]
    public Task A_logger_that_does_not_answer_in_time_does_not_hold_up_the_system()
        => With("mute", Names(typeof(Mute), typeof(Collecting)) + "akka.logger-startup-timeout = 100ms", async system =>
        {
            // The other logger may be late as well on a busy machine.
            await Eventually.Holds(() =>
            {
                system.Log.Warning("m");
                return Saw("mute", "m");
            });
        });

    [Fact]
    public void An_unknown_logger_fails_the_system()
    {
        var error = Record.Exception(() => ActorSystem.Create("unknown", "akka.loggers = [\"No.Such.Logger, Nowhere\"], akka.stdout-loglevel = OFF"));
        Assert.IsAssignableFrom<ConfigurationException>(error.GetBaseException());
    }

    [Fact]
    public async Task A_loggers_events_are_not_lost_when_the_system_terminates()
    {
        var system = ActorSystem.Create("last-words", Names(typeof(Collecting)));
        for (var i = 0; i < 100; i++)
            system.Log.Warning("{0}", i);
        await Eventually.Holds(() => Saw("last-words", "99"));
        await system.Terminate();
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"),
            Collecting.Seen["last-words"].OfType<Warning>().Select(e => e.Message.ToString()));
    }
}
