using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Microsoft.Extensions.Logging;
using HostLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Akka.Hosting.Logging;

/// <summary>Logs to an ILoggerFactory, with <see cref="AkkaLogState"/> as the state and the actor system as the category.</summary>
public class LoggerFactoryLogger : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    protected readonly ILoggingAdapter InternalLogger = Akka.Event.Logging.GetLogger(Context.System, nameof(LoggerFactoryLogger));

    private readonly ILogger<ActorSystem> _logger;

    public LoggerFactoryLogger()
    {
        var setup = Context.System.Settings.Setup.Get<LoggerFactorySetup>();
        if (!setup.HasValue)
            throw new ConfigurationException($"{nameof(LoggerFactoryLogger)} needs a {nameof(LoggerFactorySetup)} in the setup of the actor system.");
        _logger = setup.Value.LoggerFactory.CreateLogger<ActorSystem>();
    }

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                InternalLogger.Info("{0} started", nameof(LoggerFactoryLogger));
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent logEvent:
                Log(logEvent, Sender.Path);
                return true;
            default:
                return false;
        }
    }

    protected override void PostStop() => InternalLogger.Info("{0} stopped", nameof(LoggerFactoryLogger));

    protected virtual void Log(LogEvent log, ActorPath path)
    {
        var level = HostLevelOf(log.LogLevel());
        if (_logger.IsEnabled(level))
            _logger.Log(level, default, new AkkaLogState(log, path), log.Cause, (state, _) => state.ToString());
    }

    private static HostLevel HostLevelOf(Event.LogLevel level) => level switch
    {
        Event.LogLevel.DebugLevel => HostLevel.Debug,
        Event.LogLevel.InfoLevel => HostLevel.Information,
        Event.LogLevel.WarningLevel => HostLevel.Warning,
        _ => HostLevel.Error,
    };
}
