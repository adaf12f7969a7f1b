using System.Collections.Concurrent;
using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.Embedded.Tests.Dispatching;

/// <summary>Makes executors of one thread each; where the section says "recorded", keeps them for the tests to look at.</summary>
public sealed class ThreadExecutorConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : ExecutorServiceConfigurator(config, prerequisites)
{
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<ThreadExecutor>> All = new();

    public static ThreadExecutor[] Produced(string id) => All.TryGetValue(id, out var executors) ? [.. executors] : [];

    public override ExecutorService Produce(string id)
    {
        var executor = new ThreadExecutor(id, Config.GetString("thread-name"), Prerequisites);
        if (Config.GetBoolean("recorded"))
            All.GetOrAdd(id, _ => []).Enqueue(executor);
        return executor;
    }
}
