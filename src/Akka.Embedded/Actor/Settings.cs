using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

/// <summary>The configuration of a system: the user's, over what extensions injected, over the defaults.</summary>
public class Settings
{
    private readonly Config _userConfig;
    private readonly Lock _injecting = new();
    private Config _fallback;
    private volatile Config _config;

    public Settings(ActorSystem system, Config config)
        : this(system, config, ActorSystemSetup.Empty) { }

    public Settings(ActorSystem system, Config config, ActorSystemSetup setup)
    {
        System = system;
        Setup = setup;
        _userConfig = config;
        _fallback = ConfigurationFactory.Default();
        _config = _userConfig.SafeWithFallback(_fallback);

        var provider = _config.GetString("akka.actor.provider");
        if (provider is not ("local" or "Akka.Actor.LocalActorRefProvider" or "Akka.Actor.LocalActorRefProvider, Akka"))
            throw new ConfigurationException($"'akka.actor.provider' is not a valid actor ref provider of the embedded engine: '{provider}'");
        SupervisorStrategyClass = _config.GetString("akka.actor.guardian-supervisor-strategy");
        AskTimeout = _config.GetTimeSpan("akka.actor.ask-timeout");

        LogLevel = _config.GetString("akka.loglevel");
        StdoutLogLevel = _config.GetString("akka.stdout-loglevel");
        Loggers = _config.GetStringList("akka.loggers", []);
        LoggersDispatcher = _config.GetString("akka.loggers-dispatcher");
        LoggerStartTimeout = _config.GetTimeSpan("akka.logger-startup-timeout");
        LogFormatter = Create<ILogMessageFormatter>("akka.logger-formatter") ?? SemanticLogMessageFormatter.Instance;
        StdoutLogger = Create<MinimalLogger>("akka.stdout-logger-class") ?? new StandardOutLogger();
        LogConfigOnStart = _config.GetBoolean("akka.log-config-on-start");
        LogDeadLetters = _config.GetString("akka.log-dead-letters") switch
        {
            "on" or "true" or "yes" => int.MaxValue,
            "off" or "false" or "no" => 0,
            _ => _config.GetInt("akka.log-dead-letters"),
        };
        LogDeadLettersDuringShutdown = _config.GetBoolean("akka.log-dead-letters-during-shutdown");
        LogDeadLettersSuspendDuration = _config.GetTimeSpan("akka.log-dead-letters-suspend-duration");

        AddLoggingReceive = _config.GetBoolean("akka.actor.debug.receive");
        DebugAutoReceive = _config.GetBoolean("akka.actor.debug.autoreceive");
        DebugLifecycle = _config.GetBoolean("akka.actor.debug.lifecycle");
        DebugEventStream = _config.GetBoolean("akka.actor.debug.event-stream");
        DebugUnhandledMessage = _config.GetBoolean("akka.actor.debug.unhandled");
        DebugTimerScheduler = _config.GetBoolean("akka.actor.debug.log-timers");

        SchedulerClass = _config.GetString("akka.scheduler.implementation");
        CoordinatedShutdownTerminateActorSystem = _config.GetBoolean("akka.coordinated-shutdown.terminate-actor-system");
        CoordinatedShutdownRunByActorSystemTerminate = _config.GetBoolean("akka.coordinated-shutdown.run-by-actor-system-terminate");
        if (CoordinatedShutdownRunByActorSystemTerminate && !CoordinatedShutdownTerminateActorSystem)
            throw new ConfigurationException(
                "akka.coordinated-shutdown.run-by-actor-system-terminate=on and "
                + "akka.coordinated-shutdown.terminate-actor-system=off is not a supported configuration combination.");
    }

    public ActorSystem System { get; }

    public ActorSystemSetup Setup { get; }

    public Config Config => _config;

    public string SupervisorStrategyClass { get; }

    public TimeSpan AskTimeout { get; }

    public string LogLevel { get; }

    public string StdoutLogLevel { get; }

    public IList<string> Loggers { get; }

    public string LoggersDispatcher { get; }

    public TimeSpan LoggerStartTimeout { get; }

    public ILogMessageFormatter LogFormatter { get; }

    public MinimalLogger StdoutLogger { get; }

    public bool LogConfigOnStart { get; }

    public int LogDeadLetters { get; }

    public bool LogDeadLettersDuringShutdown { get; }

    public TimeSpan LogDeadLettersSuspendDuration { get; }

    public bool AddLoggingReceive { get; }

    public bool DebugAutoReceive { get; }

    public bool DebugLifecycle { get; }

    public bool DebugEventStream { get; }

    public bool DebugUnhandledMessage { get; }

    public bool DebugTimerScheduler { get; }

    public string SchedulerClass { get; }

    public bool CoordinatedShutdownTerminateActorSystem { get; }

    public bool CoordinatedShutdownRunByActorSystemTerminate { get; }

    /// <summary>Adds defaults below the user's configuration. Dispatchers and mailboxes that are looked up later see them.</summary>
    public void InjectTopLevelFallback(Config config)
    {
        lock (_injecting)
        {
            var fallback = config.SafeWithFallback(_fallback);
            var merged = _userConfig.SafeWithFallback(fallback);

            // One that adds nothing, as when it is injected again, must not make the chain longer.
            if (merged.ToString(true) == _config.ToString(true))
                return;
            _fallback = fallback;
            _config = merged;
        }
    }

    public override string ToString() => Config.ToString(true);

    private T? Create<T>(string path)
        where T : class
    {
        var name = _config.GetString(path);
        if (string.IsNullOrWhiteSpace(name))
            return null;
        var type = TypeNames.Find(name) ?? throw new ArgumentException($"Could not load type of {name} for {path}.");
        return typeof(T).IsAssignableFrom(type)
            ? TypeNames.Create<T>(type)
            : throw new ArgumentException($"The type {name} for {path} must be a {typeof(T).Name}.");
    }
}
