using System.Diagnostics;
using ActorTcp.Benchmarks.Load;
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

            PeerSample before = await server.SampleAsync(stop);
            long start = Stopwatch.GetTimestamp();
            long echoesBefore = load.Echoes;
            LoadMeasure measure = Measure(load);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            PeerSample after = await server.SampleAsync(stop);

            result = Evaluate(measure, load.Echoes - echoesBefore, elapsed, before, after);
            load.Close();
        }
        catch (LoadException e)
        {
            throw await server.FailureAsync(e.Message);
        }
        score.Add(result, load.Latencies);
        await progress.WriteLineAsync(
            $"round {round + 1}/{settings.Rounds} {server.Name,-10} {result.PerSecond,10:N0} echoes/s, p50 {load.Latencies.Quantile(0.5) / 1000.0:N1} µs, "
            + $"server {result.ServerCpuMicros:N2} µs/echo, busy {result.ServerBusy:P0}, client {result.ClientMicros:N2} µs/echo, busy {result.ClientBusy:P0}");
    }

    private LoadMeasure Measure(LoadGenerator load)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        LoadMeasure measure = load.Run(settings.Goal);
        load.Drain();
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return allocated == 0 ? measure : throw new UnreachableException($"the load generator allocated {allocated} bytes while it measured");
    }

    private static EchoRound Evaluate(LoadMeasure measure, long echoes, TimeSpan elapsed, PeerSample before, PeerSample after)
    {
        double cpu = after.CpuNanoseconds - before.CpuNanoseconds;
        return new EchoRound(
            measure.PerSecond,
            cpu / 1000 / echoes,
            cpu / 1e9 / elapsed.TotalSeconds,
            measure.Busy / measure.Elapsed,
            (after.AllocatedBytes - before.AllocatedBytes) / (double)echoes);
    }
}
