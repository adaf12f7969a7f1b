using Akka.Actor.Setup;

namespace ActorTcp.Tests.Support;

/// <summary>Answers the lookups of its own host name as the test defines; counts them, and records cancellations.</summary>
internal sealed class ScriptedResolver : IHostResolver
{
    private static readonly ConcurrentDictionary<string, ScriptedResolver> ByHost = new();

    private readonly Func<CancellationToken, Task<IReadOnlyList<SockAddr>>> _answer;
    private int _lookups;

    public ScriptedResolver(Func<CancellationToken, Task<IReadOnlyList<SockAddr>>> answer)
    {
        _answer = answer;
        Host = $"host-{Guid.NewGuid():N}.invalid";
        ByHost[Host] = this;
    }

    public ScriptedResolver(params SockAddr[] addresses)
        : this(_ => Task.FromResult<IReadOnlyList<SockAddr>>(addresses))
    {
    }

    /// <summary>The host name that it resolves.</summary>
    public string Host { get; }

    public int Lookups => Volatile.Read(ref _lookups);

    public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes the connectors of an actor system use the scripted resolvers, and the system's resolver for all other names.</summary>
    public static Setup Setup() => new HostResolverSetup(new ByName());

    /// <summary>A resolver that never answers unless it is cancelled.</summary>
    public static ScriptedResolver Hanging() => new(cancellation => Task.Delay(Timeout.Infinite, cancellation).ContinueWith<IReadOnlyList<SockAddr>>(_ => [], TaskScheduler.Default));

    /// <summary>A resolver that blocks its thread until the gate is open, as a lookup by the operating system does.</summary>
    public static ScriptedResolver Blocking(ManualResetEventSlim gate, params SockAddr[] addresses) => new(_ =>
    {
        gate.Wait(CancellationToken.None);
        return Task.FromResult<IReadOnlyList<SockAddr>>(addresses);
    });

    public Task<IReadOnlyList<SockAddr>> ResolveAsync(string host, int port, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _lookups);
        Started.TrySetResult();
        cancellation.Register(() => Cancelled.TrySetResult());
        return _answer(cancellation);
    }

    private sealed class ByName : IHostResolver
    {
        public Task<IReadOnlyList<SockAddr>> ResolveAsync(string host, int port, CancellationToken cancellation) =>
            ByHost.GetValueOrDefault(host, null!) is { } scripted
                ? scripted.ResolveAsync(host, port, cancellation)
                : SystemResolver.Instance.ResolveAsync(host, port, cancellation);
    }
}
