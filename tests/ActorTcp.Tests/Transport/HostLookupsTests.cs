namespace ActorTcp.Tests.Transport;

/// <summary>Lookups that hang, and their effect on other lookups. Only <c>AdvanceAsync</c> moves the clock of the loops.</summary>
public sealed class HostLookupsTests(ITestOutputHelper output) : ConnectorTestKit(output, loops: 1, stillClock: true)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(16);

    /// <summary>Blocks the lookups until the test ends.</summary>
    private readonly ManualResetEventSlim _gate = new();

    protected override void AfterAll()
    {
        _gate.Set();
        base.AfterAll();
    }

    [Fact]
    public async Task Twenty_hanging_lookups_use_four_own_threads_and_no_pool_thread()
    {
        var threads = new ConcurrentDictionary<Thread, bool>();
        for (var i = 0; i < 20; i++)
        {
            var resolver = new ScriptedResolver(_ =>
            {
                threads[Thread.CurrentThread] = Thread.CurrentThread.IsThreadPoolThread;
                _gate.Wait(CancellationToken.None);
                return Task.FromResult<IReadOnlyList<SockAddr>>([]);
            });
            await AwaitPhaseAsync(Start(To(resolver)), ConnectorPhase.Resolving);
        }

        await UntilAsync(() => threads.Count == 4);
        Assert.DoesNotContain(true, threads.Values);
    }

    [Fact]
    public async Task Queued_lookup_starts_when_the_hanging_ones_are_abandoned()
    {
        await HangAsync(4);
        using var server = ListenAt();
        var resolver = new ScriptedResolver(AddressOf(server));
        await AwaitPhaseAsync(Start(To(resolver)), ConnectorPhase.Resolving);
        Assert.Equal(0, resolver.Lookups);

        await AdvanceAsync(Timeout + Tick);
        await FailAsync(4);

        using var peer = await AcceptAsync(server);
        FishForMessage<ConnectorProtocol.Connected>(_ => true, Limit);
    }

    [Fact]
    public async Task Lookup_that_did_not_start_in_time_reports_the_reason()
    {
        await HangAsync(5);

        await AdvanceAsync(Timeout + Tick);

        var texts = (await FailAsync(5)).Select(failed => failed.Text).ToList();
        Assert.Equal(4, texts.Count(text => text.EndsWith("was not looked up within 00:00:01: the lookup has not ended", StringComparison.Ordinal)));
        Assert.Single(texts, text => text.EndsWith("the lookup did not start, because 4 others have not ended", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Name_whose_lookup_hangs_uses_one_thread_however_often_it_is_tried()
    {
        using var server = ListenAt();
        var resolver = ScriptedResolver.Blocking(_gate, AddressOf(server));
        var connector = Start(To(resolver) with { Timeout = Timeout, Reconnect = Soon });
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            await AwaitPhaseAsync(connector, ConnectorPhase.Resolving);
            await AdvanceAsync(Timeout + Tick);
            Assert.Equal(Errno.ETIMEDOUT, ExpectMsg<ConnectorProtocol.Reconnecting>(Limit).Errno);
            await AdvanceAsync(Soon.Max + Tick);
        }

        await AwaitPhaseAsync(connector, ConnectorPhase.Resolving);
        _gate.Set();

        using var peer = await AcceptAsync(server);
        ExpectMsg<ConnectorProtocol.Connected>(Limit);
        Assert.Equal(1, resolver.Lookups);
    }

    [Fact]
    public async Task Lookup_that_was_cancelled_is_repeated_for_the_connect_that_joined_it()
    {
        using var server = ListenAt();
        var lookups = 0;
        var resolver = new ScriptedResolver(cancellation =>
        {
            if (Interlocked.Increment(ref lookups) == 1)
            {
                _gate.Wait(CancellationToken.None);
                cancellation.ThrowIfCancellationRequested();
            }

            return Task.FromResult<IReadOnlyList<SockAddr>>([AddressOf(server)]);
        });
        Start(To(resolver) with { Timeout = Timeout });
        await resolver.Started.Task.WaitAsync(Limit);
        await AdvanceAsync(Timeout + Tick);
        await resolver.Cancelled.Task.WaitAsync(Limit);
        Assert.Equal(Errno.ETIMEDOUT, ExpectMsg<ConnectorProtocol.ConnectFailed>(Limit).Errno);
        FishForMessage<Terminated>(_ => true, Limit);
        await AwaitPhaseAsync(Start(To(resolver)), ConnectorPhase.Resolving);

        _gate.Set();

        using var peer = await AcceptAsync(server);
        ExpectMsg<ConnectorProtocol.Connected>(Limit);
        Assert.Equal(2, resolver.Lookups);
    }

    [Fact]
    public async Task Connects_to_the_same_host_and_port_share_a_lookup()
    {
        using var server = ListenAt();
        var resolver = ScriptedResolver.Blocking(_gate, AddressOf(server));
        for (var i = 0; i < 3; i++)
        {
            await AwaitPhaseAsync(Start(To(resolver)), ConnectorPhase.Resolving);
        }

        _gate.Set();

        for (var i = 0; i < 3; i++)
        {
            ExpectMsg<ConnectorProtocol.Connected>(Limit);
        }

        Assert.Equal(1, resolver.Lookups);
    }

    [Fact]
    public void Resolver_that_returns_null_fails_the_connect_with_EIO() =>
        Assert.Equal(
            Errno.EIO,
            ExpectEnd<ConnectorProtocol.ConnectFailed>(Start(To(new ScriptedResolver(_ => Task.FromResult<IReadOnlyList<SockAddr>>(null!))))).Errno);

    /// <summary>Starts connects whose lookups hang, each with its own host name.</summary>
    private async Task HangAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await AwaitPhaseAsync(Start(To(ScriptedResolver.Blocking(_gate)) with { Timeout = Timeout }), ConnectorPhase.Resolving);
        }
    }

    private async Task<List<ConnectorProtocol.ConnectFailed>> FailAsync(int count)
    {
        var failed = new List<ConnectorProtocol.ConnectFailed>();
        while (failed.Count < count)
        {
            failed.Add((ConnectorProtocol.ConnectFailed)await FishForMessageAsync(message => message is ConnectorProtocol.ConnectFailed, Limit));
            Assert.Equal(Errno.ETIMEDOUT, failed[^1].Errno);
        }

        return failed;
    }
}
