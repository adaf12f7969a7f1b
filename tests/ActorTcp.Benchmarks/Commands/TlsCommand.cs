using ActorTcp.Benchmarks.Tls;

namespace ActorTcp.Benchmarks.Commands;

/// <summary>Compares servers with TLS.</summary>
internal sealed class TlsCommand : IBenchmarkCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>After a shorter one, up to half of the measured CPU time is that of the runtime, which still compiles the code of the servers.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    private readonly Option<int> _rounds = Options.Whole("--rounds", "Rounds", 7, 1, 1000);
    private readonly Option<double> _seconds = Options.Seconds("--seconds", "Measured seconds per round and server", 1, 0.1);
    private readonly Option<int> _idle = Options.Whole("--idle", "Idle connections", 1000, 1, 100_000);

    private sealed record Load(string Name, int Connections, int Size);

    private static readonly Load[] Echoes = [new("TLS 64B x 50", 50, 64), new("TLS 16KiB x 16", 16, 16 * 1024)];

    public Command Create()
    {
        var command = new Command("tls", "Compares servers with TLS 1.3 in interleaved rounds: echoes, handshakes, and memory of idle connections.") { _rounds, _seconds, _idle };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        RunFacts.WarnOfDebugBuild();
        (CoreSet servers, CoreSet client) = CoreChoice.Assign(CoreChoice.Open, CoreChoice.Open, 1);
        client.ConfineThisThread();
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("actortcp-tls-");
        var processes = new List<PeerProcess>();
        try
        {
            foreach (IPeer peer in PeerCatalog.WithTls)
                processes.Add(await PeerProcess.StartAsync(peer, 1, servers, temporary, Timeout, stop));
            TimeSpan time = TimeSpan.FromSeconds(parsed.GetValue(_seconds));
            int rounds = parsed.GetValue(_rounds);
            foreach (Load load in Echoes)
                await CompareAsync(load.Name, processes, rounds, (server, warmUp) => EchoAsync(server, load, warmUp ? WarmUp : time, stop), stop);
            await CompareAsync(
                "TLS handshakes",
                processes,
                rounds,
                (server, warmUp) => MeasureAsync(server, () => TlsClients.ConnectForAsync(server.Port, 16, warmUp ? WarmUp : time, 64, stop), stop),
                stop);
            await IdleAsync(processes, parsed.GetValue(_idle), stop);
            return 0;
        }
        finally
        {
            foreach (PeerProcess process in processes)
                await process.DisposeAsync();
            temporary.Delete(recursive: true);
        }
    }

    /// <summary>Prints the median CPU time per operation, and the median of each round's ratio to the second server, Kestrel.</summary>
    private static async Task CompareAsync(
        string name, List<PeerProcess> servers, int rounds, Func<PeerProcess, bool, Task<double>> measure, CancellationToken stop)
    {
        foreach (PeerProcess server in servers)
            await measure(server, true);
        double[][] costs = [.. servers.Select(_ => new double[rounds])];
        for (int round = 0; round < rounds; round++)
        {
            for (int turn = 0; turn < servers.Count; turn++)
            {
                stop.ThrowIfCancellationRequested();
                int server = (round + turn) % servers.Count;
                costs[server][round] = await measure(servers[server], false);
            }
        }

        var table = new MarkdownTable("server", "CPU µs each", "of kestrel-tls");
        for (int server = 0; server < servers.Count; server++)
        {
            double ratio = Median(costs[server].Select((cost, round) => cost / costs[1][round]));
            table.Add(servers[server].Name, Text(Median(costs[server])), Text(ratio));
        }

        await Console.Out.WriteLineAsync($"\n{name}, {rounds} rounds\n\n{table}");
    }

    private static async Task<double> EchoAsync(PeerProcess server, Load load, TimeSpan time, CancellationToken stop)
    {
        using var clients = new TlsClients();
        await clients.OpenAsync(server.Port, load.Connections, load.Size, stop);
        return await MeasureAsync(server, () => clients.EchoForAsync(time, load.Size, stop), stop);
    }

    /// <summary>The server's CPU time per operation, in microseconds.</summary>
    private static async Task<double> MeasureAsync(PeerProcess server, Func<Task<long>> run, CancellationToken stop)
    {
        PeerSample before = await server.SampleAsync(stop);
        long operations = await run();
        PeerSample after = await server.SampleAsync(stop);
        return (after.CpuNanoseconds - before.CpuNanoseconds) / 1000.0 / operations;
    }

    private static async Task IdleAsync(List<PeerProcess> servers, int connections, CancellationToken stop)
    {
        var table = new MarkdownTable("server", "managed B/connection", "resident B/connection");
        foreach (PeerProcess server in servers)
        {
            using var first = new TlsClients();
            await first.OpenAsync(server.Port, 200, 64, stop);
            PeerMemory before = await server.MemoryAsync(stop);
            using var idle = new TlsClients();
            await idle.OpenAsync(server.Port, connections, 64, stop);
            PeerMemory after = await server.MemoryAsync(stop);
            table.Add(
                server.Name,
                ((after.LiveBytes - before.LiveBytes) / connections)?.ToString("N0", CultureInfo.InvariantCulture) ?? "-",
                ((after.ResidentBytes - before.ResidentBytes) / connections).ToString("N0", CultureInfo.InvariantCulture));
        }

        await Console.Out.WriteLineAsync($"\n{connections} idle connections with TLS after one echo of 64 bytes\n\n{table}");
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Text(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
