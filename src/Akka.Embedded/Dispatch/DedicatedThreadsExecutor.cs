using System.Collections.Concurrent;

namespace Akka.Dispatch;

/// <summary>Threads of its own, which end with it once the queued work is done.</summary>
internal sealed class DedicatedThreadsExecutor : ExecutorService
{
    private readonly BlockingCollection<IRunnable> _work = [];

    public DedicatedThreadsExecutor(string id, int threads, bool background)
        : base(id)
    {
        for (var i = 0; i < threads; i++)
            new Thread(RunWork) { IsBackground = background, Name = $"{id}_{i}" }.Start();
    }

    public override void Execute(IRunnable run)
    {
        try
        {
            _work.Add(run);
        }
        catch (InvalidOperationException)
        {
            throw new RejectedExecutionException("ForkJoinExecutor is shutting down");
        }
    }

    public override void Shutdown() => _work.CompleteAdding();

    private void RunWork()
    {
        foreach (var run in _work.GetConsumingEnumerable())
            run.Run();
    }
}
