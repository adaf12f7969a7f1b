using ActorTcp.EventLoop;
using Akka.Dispatch;

namespace ActorTcp.Dispatch;

/// <summary>
/// The mailboxes that are ready to run on a loop: the bridge from Akka's dispatchers to a <see cref="PollLoop"/>. An actor that is queued
/// again and again without a pause is busy and runs after the others, for a short time in each turn: one that is seldom active, such as a connection
/// with one request, does not wait for those that are flooded.
/// </summary>
internal sealed class PollExecutorQueue(PollLoop loop) : ILoopWork
{
    private const int LooksAtTimeEvery = 8;

    /// <summary>The ticks since the last look after which runs are slow: 50 µs.</summary>
    private static readonly long SlowTicks = Stopwatch.Frequency / 20_000;

    /// <summary>The number of times in a row that an actor is queued again at once, after which it is busy.</summary>
    private const int BusyAfter = 256;

    /// <summary>How long a turn runs busy actors: readiness of the others is looked at in between.</summary>
    private static readonly TimeSpan BusyTimePerTurn = TimeSpan.FromMilliseconds(0.5);

    private LoopQueue<IRunnable> _runnables;
    private LoopQueue<IRunnable> _busy;
    private IRunnable? _running;

    /// <inheritdoc/>
    public bool IsEmpty => _runnables.IsEmpty && _busy.IsEmpty;

    /// <inheritdoc/>
    public int Count => _runnables.Count + _busy.Count;

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
        ref var queue = ref _runnables;
        if (runnable is Mailbox { MessageQueue: PollExecutorMessageQueue messages } && messages.QueueingsInARow(loop.Turn) >= BusyAfter)
        {
            queue = ref _busy;
        }

        if (loop.IsCurrent)
        {
            queue.EnqueueLocal(runnable);
            return;
        }

        if (loop.State == LoopState.Stopped)
        {
            throw new RejectedExecutionException($"{loop.Name} has stopped");
        }

        queue.Push(runnable);
        loop.WakeIfSleeping();
    }

    /// <inheritdoc/>
    public void Run(int budget, TimeSpan limit, Action<object, Exception> onFault)
    {
        Run(ref _runnables, budget, limit, onFault);
        if (!_busy.IsEmpty)
        {
            Run(ref _busy, budget, BusyTimePerTurn, onFault);
        }

        _running = null;
    }

    private void Run(ref LoopQueue<IRunnable> queue, int budget, TimeSpan limit, Action<object, Exception> onFault)
    {
        long began = 0, looked = 0;
        var untilLook = 1;
        while (budget > 0 && !queue.IsEmpty)
        {
            try
            {
                while (budget > 0 && queue.TryDequeue(out var runnable))
                {
                    budget--;
                    if (--untilLook == 0)
                    {
                        var now = Stopwatch.GetTimestamp();
                        began = began == 0 ? now : began;
                        budget = Stopwatch.GetElapsedTime(began, now) > limit ? 0 : budget;

                        // A look costs as much as a short run: after slow ones it is looked each time, otherwise seldom.
                        untilLook = looked != 0 && now - looked > SlowTicks ? 1 : LooksAtTimeEvery;
                        looked = now;
                    }

                    _running = runnable;
                    if (runnable is Mailbox { MessageQueue: PollExecutorMessageQueue messages })
                    {
                        messages.LastRun = loop.Turn;
                    }

                    runnable.Run();
                }
            }
            catch (Exception failure)
            {
                onFault(Running ?? "a mailbox", failure);
            }
        }
    }
}
