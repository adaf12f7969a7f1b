using HdrHistogram;

namespace ActorTcp.Benchmarks.Echo;

/// <summary>
/// Measures servers in interleaved rounds. The servers run through all rounds. Each round opens new connections and starts with
/// a different server than the round before.
/// <code>
/// connect, warm up, drain, sample, measure, drain, sample, shut the streams down
/// </code>
/// The drain before each sample makes the usage between two samples belong to a known number of whole operations.
/// </summary>
internal sealed class EchoComparison(EchoSettings settings, TextWriter progress)
{
    /// <summary>The factor for the warm-up of the first round, in which the code of the servers is compiled.</summary>
    private const int FirstWarmUp = 3;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly CoreSet _cores = new(settings.ServerCores.Cores.Union(settings.ClientCores.Cores));

    internal async Task<IReadOnlyList<EchoScore>> RunAsync(CancellationToken stop)
    {
        settings.ClientCores.ConfineThisProcess();
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("actortcp-bench-");
        var servers = new List<PeerProcess>();
        try
        {
            foreach (IPeer peer in settings.Peers)
                servers.Add(await PeerProcess.StartAsync(peer, settings.Loops, settings.ServerCores, temporary, StartLimit, stop));
            return await RunRoundsAsync(servers, stop);
        }
        finally
        {
            foreach (PeerProcess server in servers)
                await server.DisposeAsync();
            temporary.Delete(recursive: true);
        }
    }

    private async Task<IReadOnlyList<EchoScore>> RunRoundsAsync(List<PeerProcess> servers, CancellationToken stop)
    {
        EchoScore[] scores = [.. settings.Peers.Select(peer => new EchoScore(peer))];
        using var pattern = new BytePattern(settings.Seed);
        for (int round = 0; round < settings.Rounds; round++)
        {
            for (int turn = 0; turn < servers.Count; turn++)
            {
                int next = (round + turn) % servers.Count;
                await MeasureAsync(servers[next], scores[next], pattern, round, stop);
            }
        }
        return scores;
    }

    private async Task MeasureAsync(PeerProcess server, EchoScore score, BytePattern pattern, int round, CancellationToken stop)
    {
        using var load = new LoadGenerator(server.Port, settings.Load, pattern, stop);
        EchoRound result;
        try
        {
            load.Connect();
            load.Run(new LoadGoal(round == 0 ? FirstWarmUp * settings.WarmUp : settings.WarmUp));
            load.Drain();

            RunSample before = await RunSample.TakeAsync(server, load.Operations, _cores, stop);
            LoadMeasure measure = Measure(load);
            RunSample after = await RunSample.TakeAsync(server, load.Operations, _cores, stop);
            result = Evaluate(measure, before, after);
            load.Close();
        }
        catch (LoadException e)
        {
            throw await server.FailureAsync(e.Message);
        }
        score.Add(result, load.Latencies);
        await progress.WriteLineAsync($"{settings.Label}round {round + 1}/{settings.Rounds} {Line(server.Name, result, load.Latencies)}");
    }

    private static string Line(string name, EchoRound result, LongHistogram latencies) => string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-14} {result.PerSecond,9:N0}/s, p50 {latencies.Micros(50):N1} µs, server {result.ServerCpuMicros:N2} µs each, busy {result.ServerBusy:P0}, client {result.ClientMicros:N2} µs each, busy {result.ClientBusy:P0}, others {result.Others:P0}");

    private LoadMeasure Measure(LoadGenerator load)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        LoadMeasure measure = load.Run(settings.Goal);
        load.Drain();
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return allocated == 0 ? measure : throw new UnreachableException($"the load generator allocated {allocated} bytes while it measured");
    }

    private EchoRound Evaluate(LoadMeasure measure, RunSample before, RunSample after)
    {
        long operations = after.Operations - before.Operations;
        double elapsed = Stopwatch.GetElapsedTime(before.Time, after.Time).TotalSeconds;
        double server = (after.Server.CpuNanoseconds - before.Server.CpuNanoseconds) / 1e9;
        double client = (after.ClientCpuNanoseconds - before.ClientCpuNanoseconds) / 1e9;
        double all = elapsed * _cores.Cores.Count;
        double others = all - (after.IdleSeconds - before.IdleSeconds) - server - client;
        return new EchoRound(
            measure.PerSecond,
            server * 1e6 / operations,
            server / elapsed,
            measure.Busy / measure.Elapsed,
            Math.Clamp(others / all, 0, 1),
            (after.Server.AllocatedBytes - before.Server.AllocatedBytes) / (double)operations);
    }
}

/// <summary>What is measured, and how.</summary>
/// <param name="Peers">The servers, in the order of the first round.</param>
/// <param name="Load">The shape of the load.</param>
/// <param name="Rounds">How often each server is measured.</param>
/// <param name="WarmUp">Load before each measurement that is not counted; longer in the first round.</param>
/// <param name="Goal">The time, or the number of operations, that a measurement lasts.</param>
/// <param name="Loops">Poll loops, or I/O threads, of a server.</param>
/// <param name="ServerCores">Where servers may run.</param>
/// <param name="ClientCores">Where the client may run.</param>
/// <param name="Seed">The seed of the bytes that are sent.</param>
/// <param name="Label">Precedes each line of progress.</param>
internal sealed record EchoSettings(
    IReadOnlyList<IPeer> Peers,
    LoadSettings Load,
    int Rounds,
    TimeSpan WarmUp,
    LoadGoal Goal,
    int Loops,
    CoreSet ServerCores,
    CoreSet ClientCores,
    int Seed,
    string Label = "");

/// <summary>All counters at the start or the end of a measurement.</summary>
/// <param name="Time">The time on the monotonic clock.</param>
/// <param name="Operations">The operations that the load of the round has completed.</param>
/// <param name="Server">The usage of the server.</param>
/// <param name="ClientCpuNanoseconds">The CPU time of this process.</param>
/// <param name="IdleSeconds">The idle time of the cores of both sides.</param>
internal readonly record struct RunSample(long Time, long Operations, PeerSample Server, long ClientCpuNanoseconds, double IdleSeconds)
{
    internal static async Task<RunSample> TakeAsync(PeerProcess server, long operations, CoreSet cores, CancellationToken stop)
    {
        PeerSample sample = await server.SampleAsync(stop);
        return new RunSample(
            Stopwatch.GetTimestamp(), operations, sample, CpuClock.OfProcess(Environment.ProcessId), CoreIdle.Seconds(cores));
    }
}
