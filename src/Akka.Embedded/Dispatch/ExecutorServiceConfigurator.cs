using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>Makes the executors of a dispatcher. Configuration names a derived class by <c>executor</c>.</summary>
public abstract class ExecutorServiceConfigurator(Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceFactory
{
    public Config Config { get; } = config;

    public IDispatcherPrerequisites Prerequisites { get; } = prerequisites;
}
