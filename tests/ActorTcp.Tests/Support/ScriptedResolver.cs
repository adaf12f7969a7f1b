namespace ActorTcp.Tests.Support;

/// <summary>Answers a lookup as a test says; counts the lookups, and those that were cancelled.</summary>
internal sealed class ScriptedResolver(Func<CancellationToken, Task<IReadOnlyList<SockAddr>>> answer) : IHostResolver
{
    private int _lookups;

    public ScriptedResolver(params SockAddr[] addresses)
        : this(_ => Task.FromResult<IReadOnlyList<SockAddr>>(addresses))
    {
    }

    public int Lookups => Volatile.Read(ref _lookups);

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One that never answers, unless it is cancelled.</summary>
    public static ScriptedResolver Hanging() => new(cancellation => Task.Delay(Timeout.Infinite, cancellation).ContinueWith<IReadOnlyList<SockAddr>>(_ => [], TaskScheduler.Default));

    public Task<IReadOnlyList<SockAddr>> ResolveAsync(string host, int port, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _lookups);
        cancellation.Register(() => Cancelled.TrySetResult());
        return answer(cancellation);
    }
}
