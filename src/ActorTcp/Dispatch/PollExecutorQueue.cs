using ActorTcp.EventLoop;
using Akka.Dispatch;

namespace ActorTcp.Dispatch;

/// <summary>
/// The mailboxes that are ready to run on a loop. It connects Akka's dispatchers with a <see cref="PollLoop"/>.
/// </summary>
/// <remarks>
/// An actor that is queued many times without a pause is busy. Busy actors run after the others, for a short time in each turn. So a connection
/// with a single request does not wait for connections that are flooded.
/// </remarks>
internal sealed class PollExecutorQueue(PollLoop loop) : ILoopWork
{
    /// <summary>After fast runs, the clock is read once in this number of runs.</summary>
    private const int RunsPerClockRead = 8;

    /// <summary>The ticks between two readings of the clock above which the runs between them were slow: 50 µs.</summary>
    private static readonly long SlowTicks = Stopwatch.Frequency / 20_000;

    /// <summary>An actor that was queued this number of times in a row without a pause is busy.</summary>
    private const int BusyAfter = 256;

    /// <summary>The time in each turn for busy actors. The loop polls for I/O between two turns.</summary>
    private static readonly TimeSpan BusyTimePerTurn = TimeSpan.FromMilliseconds(0.5);

    private LoopQueue<IRunnable> _runnables;
    private LoopQueue<IRunnable> _busy;
    private IRunnable? _running;

    /// <inheritdoc/>
    public bool IsEmpty => _runnables.IsEmpty && _busy.IsEmpty;

    /// <inheritdoc/>
    public int Count => _runnables.Count + _busy.Count;

    /// <inheritdoc/>
    /// <remarks>For a mailbox, the path of its actor. From any thread.</remarks>
    public string? Running => Volatile.Read(ref _running) switch
    {
        Mailbox { MessageQueue: PollExecutorMessageQueue queue } => queue.Owner.Path.ToString(),
        { } other => other.ToString(),
        null => null,
    };

    /// <summary>Queues a mailbox. From any thread. Wakes the loop if it sleeps.</summary>
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
        long startedAt = 0, clockReadAt = 0;
        var untilClockRead = 1;
        while (budget > 0 && !queue.IsEmpty)
        {
            try
            {
                while (budget > 0 && queue.TryDequeue(out var runnable))
                {
                    budget--;
                    if (--untilClockRead == 0)
                    {
                        var now = Stopwatch.GetTimestamp();
                        startedAt = startedAt == 0 ? now : startedAt;
                        budget = Stopwatch.GetElapsedTime(startedAt, now) > limit ? 0 : budget;

                        // Reading the clock takes as long as a short run. So it is read after each slow run, but rarely after fast ones.
                        untilClockRead = clockReadAt != 0 && now - clockReadAt > SlowTicks ? 1 : RunsPerClockRead;
                        clockReadAt = now;
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
