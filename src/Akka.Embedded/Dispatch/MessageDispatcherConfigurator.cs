using Akka.Configuration;
using Akka.Util;

namespace Akka.Dispatch;

/// <summary>Makes dispatchers from a section of the configuration, which names a derived class by <c>type</c>.</summary>
public abstract class MessageDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
{
    public Config Config { get; } = config;

    public IDispatcherPrerequisites Prerequisites { get; } = prerequisites;

    public abstract MessageDispatcher Dispatcher();

    protected ExecutorServiceConfigurator ConfigureExecutor()
    {
        var name = Config.GetString("executor");
        if (Executors.Find(name, Config, Prerequisites) is { } known)
            return known;
        var type = TypeNames.Find(name) ?? throw new ConfigurationException(
            $"Could not resolve executor service configurator type {name} for path {Config.GetString("id", "unknown")}");
        return TypeNames.Create<ExecutorServiceConfigurator>(type, Config, Prerequisites);
    }
}
