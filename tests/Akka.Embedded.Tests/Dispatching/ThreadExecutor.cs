using System.Collections.Concurrent;
using Akka.Dispatch;

namespace Akka.Embedded.Tests.Dispatching;

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
