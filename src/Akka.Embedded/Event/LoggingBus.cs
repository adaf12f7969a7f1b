using System.Globalization;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Event;

/// <summary>A bus that events go over by their types, and that knows the loggers.</summary>
public class LoggingBus : ActorEventBus<object, Type>
{
    private static int _lastLoggerId;

    private readonly List<IActorRef> _loggers = [];
    private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LogLevel LogLevel { get; private set; }

    public void StartStdoutLogger(Settings config)
    {
        SubscribeFrom(Logging.LogLevelFor(config.StdoutLogLevel), config.StdoutLogger);
        Publish(new Debug(GetType().Name, GetType(), "StandardOutLogger started"));
    }

    public void SetLogLevel(LogLevel logLevel)
    {
        LogLevel = logLevel;
        lock (_loggers)
        {
            foreach (var logger in _loggers)
            {
                SubscribeFrom(logLevel, logger);
                for (var level = LogLevel.DebugLevel; level <= LogLevel.ErrorLevel && level < logLevel; level++)
                    Unsubscribe(logger, level.ClassFor());
            }
        }
    }

    /// <summary>Starts the loggers of the configuration, and stops the one that wrote to the console until then.</summary>
    internal void StartDefaultLoggers(ActorSystemImpl system)
    {
        var name = $"{GetType().Name}({system.Name})";
        var timeout = system.Settings.LoggerStartTimeout;
        var keepsStdout = false;
        var starting = new List<(string Logger, Task Started)>();
        LogLevel = Logging.LogLevelFor(system.Settings.LogLevel);
        foreach (var typeName in system.Settings.Loggers)
        {
            var type = TypeNames.Find(typeName)
                ?? throw new ConfigurationException($"Logger specified in config cannot be found: \"{typeName}\"");
            if (typeof(MinimalLogger).IsAssignableFrom(type))
                keepsStdout = true;
            else
                starting.Add(StartLogger(system, type, name));
        }

        if (!Task.WhenAll(starting.Select(s => s.Started)).ContinueWith(_ => { }, TaskScheduler.Default).Wait(timeout))
        {
            foreach (var (logger, _) in starting.Where(s => !s.Started.IsCompleted))
                Publish(new Warning(
                    name, GetType(),
                    $"Logger {logger} did not respond within {timeout} to InitializeLogger(bus), LoggingBus will try and wait until it is ready. "
                    + "Since it start up is delayed, this logger may not capture all startup events correctly."));
        }

        if (system.Settings.DebugUnhandledMessage)
            Subscribe(system.SystemActorOf(Props.Create(() => new UnhandledMessageForwarder()), "UnhandledMessageForwarder"), typeof(UnhandledMessage));
        if (!keepsStdout)
        {
            Publish(new Debug(name, GetType(), $"{Logging.SimpleName(system.Settings.StdoutLogger)} being removed"));
            Unsubscribe(system.Settings.StdoutLogger);
        }

        Publish(new Debug(name, GetType(), "Default Loggers started"));
    }

    internal void StopDefaultLoggers(ActorSystem system)
    {
        SubscribeFrom(Logging.LogLevelFor(system.Settings.StdoutLogLevel), system.Settings.StdoutLogger);
        Publish(new Debug(
            GetType().Name, GetType(), $"Shutting down: {Logging.SimpleName(system.Settings.StdoutLogger)} started"));
        _stopping.TrySetResult();
        IActorRef[] loggers;
        lock (_loggers)
            loggers = [.. _loggers];
        foreach (var logger in loggers)
            StopLogger(logger);
        Publish(new Debug(GetType().Name, GetType(), "All default loggers stopped"));
    }

    protected override bool Classify(object @event, Type classifier) => classifier.IsInstanceOfType(@event);

    protected override Type GetClassifier(object @event) => @event.GetType();

    protected override void Publish(object @event, IActorRef subscriber) => subscriber.Tell(@event);

    private (string Logger, Task Started) StartLogger(ActorSystemImpl system, Type type, string busName)
    {
        var name = $"log{Interlocked.Increment(ref _lastLoggerId)}-{type.Name}";
        var fullName = $"{name} [{type.FullName}]";
        var logger = system.SystemActorOf(Props.Create(type).WithDispatcher(system.Settings.LoggersDispatcher), name);
        return (fullName, StartAsync());

        async Task StartAsync()
        {
            try
            {
                var answer = logger.Ask(new InitializeLogger(this), Timeout.InfiniteTimeSpan);
                if (await Task.WhenAny(answer, _stopping.Task).ConfigureAwait(false) != answer)
                {
                    Publish(new Warning(
                        busName, GetType(), $"Logger {fullName} startup have been cancelled because of system shutdown. Stopping logger."));
                    StopLogger(logger);
                    return;
                }

                var response = await answer.ConfigureAwait(false);
                if (response is not LoggerInitialized)
                    throw new LoggerInitializationException($"did not respond with LoggerInitialized, sent instead {response.GetType()}");
                lock (_loggers)
                    _loggers.Add(logger);
                SubscribeFrom(LogLevel, logger);
                Publish(new Debug(busName, GetType(), $"Logger {fullName} started"));
            }
            catch (Exception e)
            {
                Publish(new Error(e, busName, GetType(), $"Logger {fullName} {e.Message}. Stopping logger."));
                StopLogger(logger);
            }
        }
    }

    private void StopLogger(IActorRef logger)
    {
        Unsubscribe(logger);
        ((IInternalActorRef)logger).Stop();
    }

    private void SubscribeFrom(LogLevel lowest, IActorRef logger)
    {
        for (var level = lowest; level <= LogLevel.ErrorLevel; level++)
            Subscribe(logger, level.ClassFor());
    }

    private sealed class UnhandledMessageForwarder : ActorBase
    {
        protected override bool Receive(object message)
        {
            if (message is not UnhandledMessage unhandled)
                return false;
            var sender = unhandled.Sender is null ? "NoSender" : unhandled.Sender.Path.ToString();
            Context.System.EventStream.Publish(new Debug(
                unhandled.Recipient.Path.ToString(), unhandled.Recipient.GetType(),
                string.Create(CultureInfo.InvariantCulture, $"Unhandled message from {sender} : {unhandled.Message}")));
            return true;
        }
    }
}
