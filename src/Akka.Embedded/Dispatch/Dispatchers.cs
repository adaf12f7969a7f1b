using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Util;

namespace Akka.Dispatch;

/// <summary>The dispatchers of a system by their ids, which are paths in the configuration.</summary>
public sealed class Dispatchers
{
    public const string DefaultDispatcherId = "akka.actor.default-dispatcher";

    public const string DefaultBlockingDispatcherId = "akka.actor.default-blocking-io-dispatcher";

    public const string SynchronizedDispatcherId = "akka.actor.synchronized-dispatcher";

    internal const string InternalDispatcherId = "akka.actor.internal-dispatcher";

    private const int LongestAlias = 20;

    private readonly ConcurrentDictionary<string, MessageDispatcherConfigurator> _configurators = new();
    private readonly ILoggingAdapter _log;

    public Dispatchers(ActorSystem system, IDispatcherPrerequisites prerequisites, ILoggingAdapter logger)
    {
        _log = logger;
        Prerequisites = prerequisites;
        DefaultGlobalDispatcher = Lookup(DefaultDispatcherId);
        InternalDispatcher = Lookup(InternalDispatcherId);
    }

    public MessageDispatcher DefaultGlobalDispatcher { get; }

    public IDispatcherPrerequisites Prerequisites { get; }

    public Config DefaultDispatcherConfig =>
        ConfigurationFactory.ParseString($"id = \"{DefaultDispatcherId}\"").WithFallback(Settings.GetConfig(DefaultDispatcherId));

    internal MessageDispatcher InternalDispatcher { get; }

    // Asked for every time, since fallbacks can be added while the system runs.
    private Config Settings => Prerequisites.Settings.Config;

    public MessageDispatcher Lookup(string dispatcherName) => LookupConfigurator(dispatcherName).Dispatcher();

    public bool HasDispatcher(string id) => _configurators.ContainsKey(id) || Settings.HasPath(id);

    public bool RegisterConfigurator(string id, MessageDispatcherConfigurator configurator) => _configurators.TryAdd(id, configurator);

    private MessageDispatcherConfigurator LookupConfigurator(string id)
    {
        for (var depth = 0; depth < LongestAlias; depth++)
        {
            if (_configurators.TryGetValue(id, out var known))
                return known;
            if (!Settings.HasPath(id))
                throw new ConfigurationException($"Dispatcher {id} not configured.");

            var value = Settings.GetValue(id);
            if (value.IsObject())
                return _configurators.GetOrAdd(id, CreateConfigurator(id));
            if (!value.IsString())
                throw new ConfigurationException($"Expected either a dispatcher config or an alias at [{id}] but found [{value}]");
            _log.Debug("Dispatcher id [{0}] is an alias, actual dispatcher will be [{1}]", id, value.GetString());
            id = value.GetString();
        }

        throw new ConfigurationException(
            $"Could not find a concrete dispatcher config after following {LongestAlias} deep. "
            + $"Is there a circular reference in your config? Last followed Id was [{id}]");
    }

    private MessageDispatcherConfigurator CreateConfigurator(string id)
    {
        var config = ConfigurationFactory.ParseString($"id = \"{id}\"")
            .WithFallback(Settings.GetConfig(id))
            .WithFallback(ConfigurationFactory.ParseString($"name = \"{id[(id.LastIndexOf('.') + 1)..]}\""))
            .WithFallback(DefaultDispatcherConfig);
        var type = config.GetString("type");
        switch (type)
        {
            case "Dispatcher":
                return new DispatcherConfigurator(config, Prerequisites);
            case "PinnedDispatcher":
                return new PinnedDispatcherConfigurator(config, Prerequisites);
            case "TaskDispatcher":
                return new DispatcherConfigurator(WithExecutor("task-executor"), Prerequisites);
            case "ForkJoinDispatcher":
                return new DispatcherConfigurator(WithExecutor("fork-join-executor"), Prerequisites);
            case "SynchronizedDispatcher":
                return new DispatcherConfigurator(WithExecutor("current-context-executor"), Prerequisites);
            case null:
                throw new ConfigurationException($"Could not resolve dispatcher for path {id}. type is null");
            default:
                var custom = TypeNames.Find(type)
                    ?? throw new ConfigurationException($"Could not resolve dispatcher type {type} for path {id}");
                return TypeNames.Create<MessageDispatcherConfigurator>(custom, config, Prerequisites);
        }

        Config WithExecutor(string executor) => ConfigurationFactory.ParseString($"executor = {executor}").WithFallback(config);
    }
}
