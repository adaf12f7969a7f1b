using ActorTcp.Polling;

namespace ActorTcp.Tests.Support;

/// <summary>A loops' clock that stands still until the test moves it, so that no slowness of the machine is taken for time.</summary>
internal sealed class ManualClock : ILoopClock
{
    private long _milliseconds = Environment.TickCount64;

    public long Milliseconds => Volatile.Read(ref _milliseconds);

    /// <summary>Moves the clock and returns when each loop has called all timers that this makes due.</summary>
    public async Task AdvanceAsync(TimeSpan time, IEnumerable<PollLoop> loops)
    {
        Interlocked.Add(ref _milliseconds, (long)time.TotalMilliseconds);
        await Task.WhenAll(loops.Select(AfterWholeTurnAsync));
    }

    private static Task AfterWholeTurnAsync(PollLoop loop)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // The turn that this finds may have read the clock before; the next one has not, and calls the timers at its end.
        loop.Post(() => loop.Post(() => loop.Post(done.SetResult)));
        return done.Task;
    }
}
