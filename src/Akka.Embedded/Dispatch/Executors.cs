using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>The executors that configuration names by a word instead of a type.</summary>
internal static class Executors
{
    public static ExecutorServiceConfigurator? Find(string? name, Config config, IDispatcherPrerequisites prerequisites) =>
        name switch
        {
            null or "" or "default-executor" or "thread-pool-executor" => new ThreadPoolExecutors(config, prerequisites),
            "task-executor" or "channel-executor" => new TaskExecutors(config, prerequisites, currentContext: false),
            "current-context-executor" => new TaskExecutors(config, prerequisites, currentContext: true),
            "fork-join-executor" => new ForkJoinExecutors(config, prerequisites),
            _ => null,
        };

    private sealed class ThreadPoolExecutors(Config config, IDispatcherPrerequisites prerequisites)
        : ExecutorServiceConfigurator(config, prerequisites)
    {
        public override ExecutorService Produce(string id) => new ThreadPoolExecutor(id);
    }

    private sealed class TaskExecutors(Config config, IDispatcherPrerequisites prerequisites, bool currentContext)
        : ExecutorServiceConfigurator(config, prerequisites)
    {
        public override ExecutorService Produce(string id) => new TaskSchedulerExecutor(
            id, currentContext ? TaskScheduler.FromCurrentSynchronizationContext() : TaskScheduler.Default);
    }

    private sealed class ForkJoinExecutors(Config config, IDispatcherPrerequisites prerequisites)
        : ExecutorServiceConfigurator(config, prerequisites)
    {
        public override ExecutorService Produce(string id)
        {
            var threads = Config.HasPath("dedicated-thread-pool.thread-count")
                ? Config.GetInt("dedicated-thread-pool.thread-count")
                : Math.Clamp(
                    Environment.ProcessorCount,
                    Config.GetInt("fork-join-executor.parallelism-min", 1),
                    Config.GetInt("fork-join-executor.parallelism-max", int.MaxValue));
            var background = !string.Equals(
                Config.GetString("dedicated-thread-pool.threadtype", "background"), "foreground", StringComparison.OrdinalIgnoreCase);
            return new DedicatedThreadsExecutor(id, threads, background);
        }
    }
}
