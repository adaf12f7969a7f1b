using System.Diagnostics;
using System.Globalization;
using ActorTcp.Benchmarks.Load;
using ActorTcp.Benchmarks.Native;
using ActorTcp.Benchmarks.Peers;

namespace ActorTcp.Benchmarks.Echo;

/// <summary>
/// Measures servers in interleaved rounds. The servers stay up through all of them; each round opens
/// fresh connections, and starts with another server than the one before.
/// <code>
/// connect, warm up, drain, sample, measure, drain, sample, end the streams
/// </code>
/// Drained before each sample, so that what the server used between the two belongs to a known number
/// of whole echoes.
/// </summary>
internal sealed class EchoComparison(EchoSettings settings, TextWriter progress)
{
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
            load.Run(new LoadGoal(settings.WarmUp));
            load.Drain();

            RunSample before = await RunSample.TakeAsync(server, load.Echoes, _cores, stop);
            LoadMeasure measure = Measure(load);
            RunSample after = await RunSample.TakeAsync(server, load.Echoes, _cores, stop);
            result = Evaluate(measure, before, after);
            load.Close();
        }
        catch (LoadException e)
        {
            throw await server.FailureAsync(e.Message);
        }
        score.Add(result, load.Latencies);
        await progress.WriteLineAsync($"round {round + 1}/{settings.Rounds} {Line(server.Name, result, load.Latencies)}");
    }

    private static string Line(string name, EchoRound result, LatencyHistogram latencies) => string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-14} {result.PerSecond,9:N0} echoes/s, p50 {latencies.Quantile(0.5) / 1000.0:N1} µs, server {result.ServerCpuMicros:N2} µs/echo, busy {result.ServerBusy:P0}, client {result.ClientMicros:N2} µs/echo, busy {result.ClientBusy:P0}, others {result.Others:P0}");

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
        long echoes = after.Echoes - before.Echoes;
        double elapsed = Stopwatch.GetElapsedTime(before.Time, after.Time).TotalSeconds;
        double server = (after.Server.CpuNanoseconds - before.Server.CpuNanoseconds) / 1e9;
        double client = (after.ClientCpuNanoseconds - before.ClientCpuNanoseconds) / 1e9;
        double all = elapsed * _cores.Cores.Count;
        double others = all - (after.IdleSeconds - before.IdleSeconds) - server - client;
        return new EchoRound(
            measure.PerSecond,
            server * 1e6 / echoes,
            server / elapsed,
            measure.Busy / measure.Elapsed,
            Math.Clamp(others / all, 0, 1),
            (after.Server.AllocatedBytes - before.Server.AllocatedBytes) / (double)echoes);
    }
}
