namespace ActorTcp.Tests.EventLoop;

public sealed class LoopLocalTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Value_is_made_once_per_loop_on_its_thread()
    {
        var local = new LoopLocal<Value>(loop => new Value(loop));
        using var first = Started();
        using var second = Started();

        var values = new[] { await OnAsync(first, local.Get), await OnAsync(second, local.Get), await OnAsync(first, local.Get) };

        Assert.Same(values[0], values[2]);
        Assert.NotSame(values[0], values[1]);
        Assert.Same(first, values[0].Loop);
        Assert.Same(second, values[1].Loop);
    }

    [Fact]
    public async Task Find_returns_null_until_the_value_is_made()
    {
        var local = new LoopLocal<Value>(loop => new Value(loop));
        using var loop = Started();

        Assert.Null(local.Find(loop));
        var made = await OnAsync(loop, local.Get);
        Assert.Same(made, local.Find(loop));
    }

    [Fact]
    public async Task Each_local_of_a_loop_has_its_own_value()
    {
        var locals = Enumerable.Range(0, 20).Select(_ => new LoopLocal<Value>(loop => new Value(loop))).ToArray();
        using var loop = Started();

        // The last one first, so that the table is long enough for the others.
        var values = new List<Value>();
        foreach (var local in locals.Reverse())
        {
            values.Add(await OnAsync(loop, local.Get));
        }

        Assert.Equal(locals.Length, values.Distinct().Count());
        Assert.Equal(values, locals.Reverse().Select(local => local.Find(loop)!));
    }

    [Fact]
    public async Task Loop_that_ends_disposes_all_its_values_on_its_thread_even_if_one_throws()
    {
        var failing = new LoopLocal<Value>(loop => new Value(loop) { Failure = new InvalidOperationException("mine") });
        var local = new LoopLocal<Value>(loop => new Value(loop));
        using var failures = new BlockingCollection<Exception>();
        var loop = Started(failures.Add);
        await OnAsync(loop, failing.Get);
        var value = await OnAsync(loop, local.Get);

        loop.Dispose();

        Assert.Same(loop, value.DisposedOn);
        Assert.True(failures.TryTake(out var failure, Limit));
        Assert.Equal("mine", failure.InnerException!.Message);
        Assert.Same(value, local.Find(loop));
    }

    private static PollLoop Started(Action<Exception>? onFailure = null)
    {
        var loop = new PollLoop(0, "test-loop", (_, failure) => onFailure?.Invoke(failure));
        loop.Start();
        return loop;
    }

    private static Task<Value> OnAsync(PollLoop loop, Func<PollLoop, Value> call)
    {
        var result = new TaskCompletionSource<Value>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() => result.SetResult(call(loop)));
        return result.Task.WaitAsync(Limit);
    }

    private sealed class Value(PollLoop loop) : IDisposable
    {
        public PollLoop Loop { get; } = PollLoop.Current == loop ? loop : throw new InvalidOperationException("made on another thread");

        public Exception? Failure { get; init; }

        public PollLoop? DisposedOn { get; private set; }

        public void Dispose()
        {
            DisposedOn = PollLoop.Current;
            if (Failure is not null)
            {
                throw Failure;
            }
        }
    }
}
