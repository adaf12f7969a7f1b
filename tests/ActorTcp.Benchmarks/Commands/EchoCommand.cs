namespace ActorTcp.Benchmarks.Commands;

/// <summary>Compares echo servers.</summary>
internal sealed class EchoCommand : IBenchmarkCommand
{
    private readonly Option<int> _connections = Options.Whole("--connections", "Connections", 50, 1, 1_000_000);
    private readonly Option<int> _size = Options.Whole("--size", "Bytes per message", 64, 1, 1 << 30);
    private readonly Option<int> _depth = Options.Whole("--depth", "Messages in flight per connection", 1, 1, 1_000_000);
    private readonly Option<int> _rounds = Options.Whole("--rounds", "Rounds", 10, 1, 1_000_000);
    private readonly Option<double> _seconds = Options.Seconds("--seconds", "Measured seconds per round and server", 2, 0.01);
    private readonly Option<long?> _requests = Options.OptionalWhole("--requests", "Measured echoes per round and server, instead of --seconds", 1);
    private readonly Option<double> _warmUp = Options.Seconds("--warmup", "Seconds of load before each measurement", 1, 0);
    private readonly Option<double> _timeout = Options.Seconds("--timeout", "Seconds that a server may be silent while it owes a reply", 10, 0.1);
    private readonly Option<int> _loops = Options.Whole("--loops", "Poll loops, or I/O threads, of each server", 1, 1, 1024);
    private readonly Option<int> _seed = Options.Whole("--seed", "Seed of the bytes that are sent", 1, 0);
    private readonly Option<CoreChoice> _serverCore = CoreChoice.Option("--server-core", "Where servers run", "the first --loops cores, where one is left for the client");
    private readonly Option<CoreChoice> _clientCore = CoreChoice.Option("--client-core", "Where the client runs", "the core after those");

    private readonly Option<ClientWait> _wait = Options.Choice("--client-wait", "How the client waits for replies", ClientWait.Sleep);

    private readonly Option<string> _peers = PeerChoice.Option();

    private readonly Option<string> _markdown = new("--markdown")
    {
        Description = "File to write the table to",
    };

    public Command Create()
    {
        var command = new Command("echo", "Compares echo servers in interleaved rounds; every byte is verified.")
        {
            _connections, _size, _depth, _rounds, _seconds, _requests, _warmUp, _timeout, _loops, _peers,
            _serverCore, _clientCore, _wait, _seed, _markdown,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        EchoSettings settings = Settings(parsed);
        string? file = parsed.GetValue(_markdown);
        if (file is not null && Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder))
            throw new UsageException($"--markdown: there is no folder {folder}");
        RunFacts.WarnOfDebugBuild();
        IReadOnlyList<EchoScore> scores = await new EchoComparison(settings, Console.Error).RunAsync(stop);
        string report = EchoReport.Write(settings, scores);
        await Console.Out.WriteAsync(report);
        if (file is not null)
            await File.WriteAllTextAsync(file, report, stop);
        return 0;
    }

    private EchoSettings Settings(ParseResult parsed)
    {
        int connections = parsed.GetValue(_connections);
        long descriptors = DescriptorLimit.OpenFiles() - DescriptorLimit.Reserve;
        if (connections > descriptors)
            throw new UsageException($"--connections {connections}: the limit on open files (ulimit -n) has room for {descriptors}");
        int loops = parsed.GetValue(_loops);
        (CoreSet server, CoreSet client) = CoreChoice.Assign(parsed.GetValue(_serverCore) ?? CoreChoice.Open, parsed.GetValue(_clientCore) ?? CoreChoice.Open, loops);
        return new EchoSettings(
            PeerChoice.Read(parsed.GetValue(_peers)).Peers,
            new LoadSettings(
                connections,
                parsed.GetValue(_size),
                parsed.GetValue(_depth),
                parsed.GetValue(_wait),
                TimeSpan.FromSeconds(parsed.GetValue(_timeout))),
            parsed.GetValue(_rounds),
            TimeSpan.FromSeconds(parsed.GetValue(_warmUp)),
            new LoadGoal(TimeSpan.FromSeconds(parsed.GetValue(_seconds)), parsed.GetValue(_requests)),
            loops,
            server,
            client,
            parsed.GetValue(_seed));
    }
}
