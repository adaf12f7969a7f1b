using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>Blocks with a limit to their duration, which is also the limit of every expectation in them that names none.</summary>
public abstract partial class TestKitBase
{
    public void Within(TimeSpan max, Action action, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, action, null, epsilonValue, cancellationToken);

    public void Within(TimeSpan min, TimeSpan max, Action action, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within<object?>(min, max, () => { action(); return null; }, hint, epsilonValue, cancellationToken);

    public T Within<T>(TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    public T Within<T>(TimeSpan min, TimeSpan max, Func<T> function, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Blocking.Wait(WithinAsync(min, max, () => Task.FromResult(function()), hint, epsilonValue, cancellationToken));

    public Task WithinAsync(TimeSpan max, Func<Task> actionAsync, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, actionAsync, null, epsilonValue, cancellationToken);

    public Task WithinAsync(TimeSpan min, TimeSpan max, Func<Task> actionAsync, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default)
    {
        return WithinAsync<object?>(min, max, Run, hint, epsilonValue, cancellationToken);

        async Task<object?> Run()
        {
            await actionAsync();
            return null;
        }
    }

    public Task<T> WithinAsync<T>(TimeSpan max, Func<Task<T>> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    /// <summary>
    /// Runs a block that must take between <paramref name="min"/> (as it is) and <paramref name="max"/>. A block that is
    /// not done in time is left behind. An exception of an async block comes out in an AggregateException, as in Akka.NET.
    /// </summary>
    public async Task<T> WithinAsync<T>(TimeSpan min, TimeSpan max, Func<Task<T>> function, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default)
    {
        min.EnsureIsPositiveFinite(nameof(min));
        max = Dilated(max);
        var start = Now;
        var outerEnd = _end;
        var left = outerEnd - start;
        if (left < min)
            Fail("Required min time {0} not possible, only {1} left. {2}", min, left, hint);

        var limit = max.Min(left);
        _lastWasNoMessage = false;
        _end = start + limit;
        T result;
        try
        {
            var block = function();
            if (!await EndsAsync(block, max, cancellationToken))
            {
                Fail(
                    "Block was still running after {0}, exceeding the maximum allowed duration of {1}. Its result and any exception it throws from now on are lost. {2}",
                    Now - start, limit, hint);
            }

            result = block.Result;
        }
        finally
        {
            _end = outerEnd;
        }

        var elapsed = Now - start;
        if (elapsed < min)
            Fail("Block took {0}, should have at least been {1}. {2}", elapsed, min, hint);
        if (elapsed > limit + (epsilonValue ?? DefaultEpsilon(max)) && !_lastWasNoMessage)
            Fail("Block took {0}, exceeding {1}. {2}", elapsed, limit, hint);
        return result;
    }

    private static TimeSpan DefaultEpsilon(TimeSpan max) => TimeSpan.FromTicks(Math.Max(max.Ticks * 15 / 100, TimeSpan.TicksPerMillisecond * 50));

    private static async Task<bool> EndsAsync(Task block, TimeSpan max, CancellationToken cancellationToken)
    {
        try
        {
            // The timer may be early, and then the block would not be found to have taken too long.
            await Task.WhenAny(block).WaitAsync(max + TimeSpan.FromMilliseconds(200), cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
