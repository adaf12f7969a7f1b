using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>Waiting until a condition holds, or until an assertion no longer throws.</summary>
public abstract partial class TestKitBase
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(100);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        Blocking.Wait(AwaitConditionAsync(conditionIsFulfilled, cancellationToken));

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        Blocking.Wait(AwaitConditionAsync(Async(conditionIsFulfilled), max, cancellationToken));

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, string? message, CancellationToken cancellationToken = default) =>
        Blocking.Wait(AwaitConditionAsync(conditionIsFulfilled, max, message, cancellationToken));

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(AwaitConditionAsync(conditionIsFulfilled, max, interval, message, cancellationToken));

    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(Async(conditionIsFulfilled), cancellationToken);

    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, null, cancellationToken);

    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, cancellationToken);

    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, TimeSpan? max, string? message, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(Async(conditionIsFulfilled), max, message, cancellationToken);

    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, string? message, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, RemainingOrDilated(max) / 10, message, cancellationToken);

    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(Async(conditionIsFulfilled), max, interval, message, cancellationToken);

    public async Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null, CancellationToken cancellationToken = default)
    {
        var limit = RemainingOrDilated(max);
        if (!await HoldsWithinAsync(conditionIsFulfilled, limit, interval, cancellationToken))
            Fail("Timeout {0} expired while waiting for condition. {1}", limit, message);
    }

    public bool AwaitConditionNoThrow(Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(AwaitConditionNoThrowAsync(conditionIsFulfilled, max, interval, cancellationToken));

    public Task<bool> AwaitConditionNoThrowAsync(Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitConditionNoThrowAsync(Async(conditionIsFulfilled), max, interval, cancellationToken);

    /// <summary>As AwaitCondition, but says whether the condition held in time; here the duration is not multiplied by the time factor.</summary>
    public Task<bool> AwaitConditionNoThrowAsync(Func<Task<bool>> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        HoldsWithinAsync(conditionIsFulfilled, max, interval ?? DefaultInterval, cancellationToken);

    public void AwaitAssert(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(AwaitAssertAsync(assertion, duration, interval, cancellationToken));

    public Task AwaitAssertAsync(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        return AwaitAssertAsync(Run, duration, interval, cancellationToken);

        Task Run()
        {
            assertion();
            return Task.CompletedTask;
        }
    }

    /// <summary>Runs an assertion until it does not throw; when the time is up, what it threw last comes out.</summary>
    public async Task AwaitAssertAsync(Func<Task> assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default)
    {
        var pause = interval ?? DefaultInterval;
        if (pause != Timeout.InfiniteTimeSpan)
            pause.EnsureIsPositiveFinite(nameof(interval));
        var limit = RemainingOrDilated(duration);
        var end = Now + limit;
        var next = limit.Min(pause);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await assertion();
                return;
            }
            catch (Exception) when (Now + next < end)
            {
                // Not yet.
            }

            await Task.Delay(next, cancellationToken);
            next = (end - Now).Min(pause);
            if (next < TimeSpan.Zero)
                next = TimeSpan.Zero;
        }
    }

    private static Func<Task<bool>> Async(Func<bool> condition) => () => Task.FromResult(condition());

    private static async Task<bool> HoldsWithinAsync(Func<Task<bool>> condition, TimeSpan max, TimeSpan? interval, CancellationToken cancellationToken)
    {
        max.EnsureIsPositiveFinite(nameof(max));
        var end = Now + max;
        while (!await condition())
        {
            var left = end - Now;
            if (cancellationToken.IsCancellationRequested || left < TimeSpan.Zero)
                return false;
            await Task.Delay(left.Min(interval), cancellationToken);
        }

        return true;
    }
}
