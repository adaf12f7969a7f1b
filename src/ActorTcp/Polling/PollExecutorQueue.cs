using Akka.Dispatch;

namespace ActorTcp.Polling;

/// <summary>The mailboxes that wait to run on a loop: the bridge from Akka's dispatchers to a <see cref="PollLoop"/>.</summary>
internal sealed class PollExecutorQueue(PollLoop loop) : ILoopWork
{
    private const int LooksAtTimeEvery = 8;

    private LoopQueue<IRunnable> _runnables;
    private IRunnable? _running;

    /// <inheritdoc/>
    public bool IsEmpty => _runnables.IsEmpty;

    /// <inheritdoc/>
    public int Count => _runnables.Count;

    /// <inheritdoc/>
    /// <remarks>The path of the actor whose mailbox it is.</remarks>
    public string? Running => Volatile.Read(ref _running) switch
    {
        Mailbox { MessageQueue: PollExecutorMessageQueue queue } => queue.Owner.Path.ToString(),
        { } other => other.ToString(),
        null => null,
    };

    /// <summary>Queues a mailbox. From any thread; wakes the loop only when it sleeps.</summary>
    public void Execute(IRunnable runnable)
    {
        if (loop.IsCurrent)
        {
            _runnables.EnqueueLocal(runnable);
            return;
        }

        if (loop.State == LoopState.Stopped)
        {
            throw new RejectedExecutionException($"{loop.Name} has stopped");
        }

        _runnables.Push(runnable);
        loop.WakeIfSleeping();
    }

    /// <inheritdoc/>
    public void Run(int budget, TimeSpan limit, Action<object, Exception> onFault)
    {
        var since = 0L;
        while (budget > 0 && !IsEmpty)
        {
            try
            {
                while (budget > 0 && _runnables.TryDequeue(out var runnable))
                {
                    if (--budget % LooksAtTimeEvery == 0)
                    {
                        if (since == 0)
                        {
                            since = Stopwatch.GetTimestamp();
                        }
                        else if (Stopwatch.GetElapsedTime(since) > limit)
                        {
                            budget = 0;
                        }
                    }

                    _running = runnable;
                    runnable.Run();
                }
            }
            catch (Exception failure)
            {
                onFault(Running ?? "a mailbox", failure);
            }
        }

        _running = null;
    }
}
