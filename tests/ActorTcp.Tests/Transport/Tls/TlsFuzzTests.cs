using Akka.Actor.Setup;

namespace ActorTcp.Tests.Transport.Tls;

/// <summary>
/// Random attacks on TLS. A failure names the seed of its sequence. ACTORTCP_FUZZ_SEED="N" runs only that sequence; ACTORTCP_FUZZ_COUNT="N" runs N sequences.
/// </summary>
public sealed class TlsFuzzTests(ITestOutputHelper output)
{
    private const int Sequences = 150;
    private const int WarmUp = 16;
    private const int AtATime = 8;
    private const long MaxGrowth = 64 << 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public void Changed_bytes_of_a_client_end_its_connection_and_are_never_delivered() => output.WriteLine(ChildProcess.Run(AttackListeners));

    [Fact]
    public void Replayed_handshakes_and_random_bytes_end_their_connection_in_time() => output.WriteLine(ChildProcess.Run(ReplayToListeners));

    [Fact]
    public void Changed_bytes_of_a_server_end_the_connection_of_a_connector() => output.WriteLine(ChildProcess.Run(AttackConnectors));

    private static void AttackListeners() => RunAsync(fuzz => fuzz.AttackListenerAsync()).GetAwaiter().GetResult();

    private static void ReplayToListeners() => RunAsync(fuzz => fuzz.ReplayToListenerAsync()).GetAwaiter().GetResult();

    private static void AttackConnectors() => RunAsync(fuzz => fuzz.AttackConnectorAsync()).GetAwaiter().GetResult();

    private static async Task RunAsync(Func<TlsFuzz, Task> attack)
    {
        var lost = new ConcurrentQueue<object>();
        TaskScheduler.UnobservedTaskException += (_, unobserved) => lost.Enqueue(unobserved.Exception);
        var config = BootstrapSetup.Create().WithConfig("""
            akka { loglevel = ERROR, loggers = [], stdout-loglevel = OFF, log-dead-letters = off }
            actortcp { loops = 1, drain-timeout = 0s, checked-leases = on }
            """);
        using var system = ActorSystem.Create("fuzz", ActorSystemSetup.Create(config));
        var events = new TlsFuzzEvents(system);
        var bind = new ListenerProtocol.Bind(new IPEndPoint(IPAddress.Loopback, 0), Props.Create<EchoHandler>()) { Tls = TlsOptions.Server(Certificates.For("localhost")) };
        var bound = await system.ActorTcp().Manager.Ask<ListenerProtocol.Bound>(bind, Limit);
        using var stop = new CancellationTokenSource();
        var bystander = EchoAsync(bound.LocalAddress.ToIPEndPoint(), stop.Token);

        var one = TestSettings.Number("ACTORTCP_FUZZ_SEED");
        var first = one ?? Random.Shared.Next(int.MaxValue / 2);
        var count = one is null ? TestSettings.Number("ACTORTCP_FUZZ_COUNT") ?? Sequences : 1;
        Console.WriteLine($"ACTORTCP_FUZZ_SEED from {first} to {first + count - 1}");
        await AttackAsync(system, events, attack, first, Math.Min(WarmUp, count));
        var (descriptors, memory) = await SettleAsync(system, lost);

        await AttackAsync(system, events, attack, first + WarmUp, count - WarmUp);
        var (descriptorsAfter, memoryAfter) = await SettleAsync(system, lost);
        Assert.False(bystander.IsCompleted, $"the echo of another connection has ended: {bystander.Exception}");
        await stop.CancelAsync();
        Assert.True(await bystander > 0, "the other connection has echoed nothing");
        Assert.True(events.Errors.IsEmpty, $"seeds from {first}: {string.Join('\n', events.Errors)}");
        Assert.True(lost.IsEmpty, $"seeds from {first}: {string.Join('\n', lost)}");
        Assert.InRange(descriptorsAfter, 0, descriptors);
        Assert.InRange(memoryAfter, 0, memory + MaxGrowth);
        await system.Terminate();
    }

    private static Task AttackAsync(ActorSystem system, TlsFuzzEvents events, Func<TlsFuzz, Task> attack, int first, int count) => Parallel.ForEachAsync(
        Enumerable.Range(first, Math.Max(0, count)),
        new ParallelOptions { MaxDegreeOfParallelism = AtATime },
        async (seed, _) =>
        {
            await attack(new TlsFuzz(system, events, seed));
            Assert.True(events.Errors.IsEmpty, $"seed {seed} or one at the same time: {string.Join('\n', events.Errors)}");
        });

    /// <summary>Waits until only the other connection is left, and returns the numbers of descriptors and of bytes.</summary>
    private static async Task<(int Descriptors, long Memory)> SettleAsync(ActorSystem system, ConcurrentQueue<object> lost)
    {
        var loop = system.ActorTcp().Loops[0];

        // The loop's own registration, the listener's and the connection's. Its echo may hold some slabs at the moment.
        await Eventually.HoldsAsync(() => loop.Poller.Count == 3, () => $"{loop.Poller.Count} registrations, not 3");
        await Eventually.HoldsAsync(() => loop.LeaseChecks is { HeldSlabs: <= 4 }, () => $"{loop.LeaseChecks?.HeldSlabs} slabs are held");
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.Empty(lost);
        return (OpenDescriptors.Count(), GC.GetTotalMemory(forceFullCollection: true));
    }

    /// <summary>Echoes over one connection until it is cancelled. Returns the number of bytes.</summary>
    private static async Task<long> EchoAsync(IPEndPoint server, CancellationToken stop)
    {
        await using var stream = await TlsClient.ConnectAsync(server);
        var random = new Random(1);
        var received = new byte[30_000];
        var total = 0L;
        while (!stop.IsCancellationRequested)
        {
            var length = random.Next(1, received.Length);
            using var limit = new CancellationTokenSource(Limit);
            await stream.WriteAsync(PatternHandler.Bytes.AsMemory(0, length), limit.Token);
            await stream.ReadExactlyAsync(received.AsMemory(0, length), limit.Token);
            Assert.True(received.AsSpan(0, length).SequenceEqual(PatternHandler.Bytes.AsSpan(0, length)), "another connection received other bytes");
            total += length;
        }

        return total;
    }
}
