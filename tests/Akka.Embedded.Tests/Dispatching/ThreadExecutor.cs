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

/// <summary>Runs what it is given on one thread of its own.</summary>
public sealed class ThreadExecutor : ExecutorService
{
    private readonly BlockingCollection<IRunnable> _queue = [];
    private readonly TaskCompletionSource _shutdown = new();

    public ThreadExecutor(string id, string threadName, IDispatcherPrerequisites prerequisites) : base(id)
    {
        (ThreadName, Prerequisites) = (threadName, prerequisites);
        var thread = new Thread(() =>
        {
            foreach (var work in _queue.GetConsumingEnumerable())
                work.Run();
        })
        { Name = threadName, IsBackground = true };
        ThreadId = thread.ManagedThreadId;
        thread.Start();
    }

    public string ThreadName { get; }

    public int ThreadId { get; }

    public IDispatcherPrerequisites Prerequisites { get; }

    public Task HasEnded => _shutdown.Task;

    public override void Execute(IRunnable run)
    {
        try
        {
            _queue.Add(run);
        }
        catch (InvalidOperationException e)
        {
            throw new RejectedExecutionException("Shut down.", e);
        }
    }

    public override void Shutdown()
    {
        _queue.CompleteAdding();
        _shutdown.TrySetResult();
    }
}
